/* cloud/schema-collection: schema/collection.schema.json as it was when the program was built. */
#ifndef PC_CLOUD_SCHEMA_COLLECTION_H
#define PC_CLOUD_SCHEMA_COLLECTION_H

extern const unsigned char pc_schema_collection[]; /* followed by a NUL that is not counted */
extern const unsigned long pc_schema_collection_len;

#endif
