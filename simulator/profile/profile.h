/* profile/profile: an immutable printer model, made from the YAML files of profiles/ (vendor >
 * family > model) or from a walk of a real printer. Plain values; shared by all devices of the
 * model. */
#ifndef PC_PROFILE_PROFILE_H
#define PC_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum {
	PC_SUPPLIES_MAX = 32,
	PC_TRAYS_MAX = 16,
	PC_COVERS_MAX = 16,
	PC_OUTPUTS_MAX = 8,
	PC_SIZES_MAX = 16,
	PC_MEDIA_MAX = 16,
	PC_INTERPRETERS_MAX = 16,
	PC_SETTINGS_MAX = 64,
	PC_FIRMWARE_MAX = 8,
	PC_LOCALIZATIONS_MAX = 8,
	PC_FINISHERS_MAX = 8,
	PC_LICENSES_MAX = 8,
	PC_ERROR_CODES_MAX = 16,
	PC_OID_MAX = 128, /* Spec: RFC 3416 s2: at most 128 sub-identifiers */
	PC_RAW_OBJECTS_MAX = 65536,
	PC_SNMP_USERS_MAX = 16,
	PC_SNMP_RECEIVERS_MAX = 8,
	PC_RAW_PORTS_MAX = 8,  /* of one model, besides ports.raw_port */
	PC_PROFILES_MAX = 1000 /* files of one directory */
};

/* Spec: RFC 3805 PrtMarkerSuppliesTypeTC; the numbers go on the wire. */
enum pc_supply_type {
	PC_SUPPLY_OTHER = 1,
	PC_SUPPLY_TONER = 3,
	PC_SUPPLY_WASTE_TONER = 4,
	PC_SUPPLY_INK = 5,
	PC_SUPPLY_INK_CARTRIDGE = 6,
	PC_SUPPLY_WASTE_INK = 8,
	PC_SUPPLY_OPC = 9,
	PC_SUPPLY_DEVELOPER = 10,
	PC_SUPPLY_FUSER = 15,
	PC_SUPPLY_CLEANER_UNIT = 18,
	PC_SUPPLY_TRANSFER_UNIT = 20,
	PC_SUPPLY_TONER_CARTRIDGE = 21,
	PC_SUPPLY_STAPLES = 32
};

/* One supply or receptacle, in the order of prtMarkerSuppliesTable (index = position + 1). */
struct pc_profile_supply {
	const char *name; /* prtMarkerSuppliesDescription */
	enum pc_supply_type type;
	bool receptacle;      /* class receptacleThatIsFilled: level is the room that remains */
	const char *colorant; /* "black" …; NULL for supplies without a colour */
	int32_t unit; /* PrtMarkerSuppliesSupplyUnitTC: 19 percent, 1 other, 7 impressions … */
	int32_t capacity;     /* in `unit` */
	int32_t initial;      /* level of a new run, in `unit` */
	int32_t low_permille; /* alert at or below; 0 = never */
	int32_t per_page_ppm; /* parts per million of the capacity used by one printed side */
	int32_t per_cleaning_ppm;
	const char *part_number; /* or NULL */
	int32_t ml;              /* ink in a full one, millilitres; 0 = not told */
};

struct pc_profile_tray {
	const char *name;
	int32_t type;      /* PrtInputTypeTC: 3 removable, 4 fixed, 5 manual, 6 roll */
	const char *size;  /* PWG media name, e.g. "iso_a4_210x297mm" */
	const char *media; /* prtInputMediaType, e.g. "stationery" */
	int32_t capacity;  /* sheets, -2 unknown */
	int32_t initial;   /* sheets, -2 unknown, -3 some */
};

struct pc_profile_cover {
	const char *name;
	bool interlock;
};

struct pc_profile_output {
	const char *name;
	int32_t capacity; /* sheets, -2 unknown */
};

struct pc_profile_interpreter {
	const char *name; /* "ESC/P-R", "PCL 6" */
	int32_t family;   /* PrtInterpreterLangFamilyTC */
	const char *version;
};

struct pc_profile_firmware {
	const char *name; /* "Main FW" */
	const char *version;
};

/* A language of panel and descriptions, in the order of prtLocalizationTable. */
struct pc_profile_localization {
	const char *language; /* ISO 639, one the device has texts in */
	const char *country;  /* ISO 3166 */
};

/* A finishing sub-unit, in the order of finDeviceTable. */
struct pc_profile_finisher {
	const char *name;
	int32_t type;     /* FinDeviceTypeTC: 3 stitcher, 6 trimmer, 8 puncher … */
	int32_t capacity; /* sheets it works on at a time; -1 no limit, -2 unknown */
	int32_t supply;   /* its staples, wire …: position in `supplies` from 1; 0 none */
	const char *vendor, *model, *version; /* or NULL */
};

/* A device setting that agents report and operators may change. What it may be set to follows from
 * its name (device/setting.h) where the profile says nothing. */
struct pc_profile_setting {
	const char *group; /* "network", "print", "scan", "fax", "power", "feed", "finisher",
			      "faxReport", "panel", "printer", "maintenance", "media", "other" */
	const char *name;
	const char *value;
	const char *choices; /* words with blanks between, or NULL */
	int32_t min, max;    /* of a number; both 0: nothing said */
	bool read_only;
};

/* The maker's own code of something that can be wrong. */
struct pc_profile_error_code {
	const char *condition; /* "jam" …: pc_device_condition_name() */
	const char *code;
};

enum pc_mail_security { PC_MAIL_PLAIN, PC_MAIL_STARTTLS, PC_MAIL_STARTTLS_REQUIRED, PC_MAIL_TLS };

/* Alert mail as the factory set it; off without a server. Texts may be NULL. Spec: XRS-NET-04 */
struct pc_profile_mail {
	const char *server; /* name or address */
	int32_t port;       /* 0: 25, with TLS 465 */
	int32_t security;   /* enum pc_mail_security */
	bool verify;        /* the server's certificate must be right */
	const char *user, *password;
	const char *from;       /* NULL: host name at the address */
	const char *recipients; /* addresses with blanks or commas between */
	const char *events;     /* conditions ("jam supplyLow"); NULL: all */
	bool restored;          /* ends of conditions, too */
};

/* How the printer takes new firmware. */
struct pc_profile_update {
	const char *model; /* what an offer must name; NULL: the model */
	uint32_t ms;       /* how long writing takes; 0 = 30 s */
	bool older;        /* versions older than its own are taken, too */
	bool locked;       /* nothing is taken until an operator allows it */
};

enum pc_object_origin { PC_OBJECT_WALK, PC_OBJECT_GET_ONLY };

/* One raw SNMP object, served as recorded. Type is the BER tag: 2 INTEGER, 4 OCTET STRING, 5 NULL,
 * 6 OBJECT IDENTIFIER, 64 IpAddress, 65 Counter32, 66 Gauge32, 67 TimeTicks, 68 Opaque, 70
 * Counter64. */
struct pc_profile_object {
	const uint32_t *oid;
	uint16_t n_oid;
	uint8_t type;
	uint8_t origin; /* enum pc_object_origin */
	uint32_t len;   /* bytes of an octet string, sub-identifiers of an OID */
	union {
		int64_t integer;      /* 2, 65, 66, 67, 70 (as uint64_t bits) */
		const uint8_t *bytes; /* 4, 64 (4 bytes), 68 */
		const uint32_t *arcs; /* 6 */
	} value;
};

/* Identity templates. "{n}" is the device number from 1, "{n:6}" with leading zeros, "{m3}" the
 * last three MAC bytes in upper-case hex, "{serial}", "{model}", "{ip}" and "{x:4}" four seeded
 * base-32 characters. */
struct pc_profile_identity {
	const char *serial;
	const char *host_name;
	const char *sys_name;
	uint8_t mac_base[6]; /* locally administered; the device number is added */
};

/* Which listening services the model has; port numbers are the real ones. */
struct pc_profile_ports {
	bool snmp, enpc, entp, lpd, raw;
	uint16_t raw_port;
	bool slp, nbns, llmnr;   /* over UDP */
	bool slp_tcp, llmnr_tcp; /* and over TCP */
	bool http, https;
};

/* A further TCP port for raw printing. */
struct pc_profile_raw_port {
	uint16_t port;
};

/* What becomes of a raw connection while another has the printer. */
enum pc_raw_busy {
	PC_RAW_BUSY_BLOCK,  /* accepted, not read until its turn */
	PC_RAW_BUSY_STATUS, /* accepted and read: PJL is answered, print data wait */
	PC_RAW_BUSY_REFUSE  /* reset */
};

/* INFO categories of makers; bits of `pjl_info`. */
enum pc_pjl_info {
	PC_PJL_INFO_PRODINFO,
	PC_PJL_INFO_SUPPLIES,
	PC_PJL_INFO_TRACKING,
	PC_PJL_INFO_LOG,
	PC_PJL_INFO_BRFIRMWARE,
	PC_PJL_INFOS
};

/* In what printers differ on the print ports. */
struct pc_profile_print {
	int32_t raw_busy;         /* enum pc_raw_busy */
	uint32_t raw_idle_s;      /* a raw connection that says nothing ends; 0 never */
	uint32_t lpd_idle_s;      /* the same of LPD */
	uint32_t lpd_connections; /* more of them are told to come back; 0 no limit */
	uint32_t pjl_info;        /* bit per enum pc_pjl_info */
	uint32_t volume_kib;      /* PJL file system 0: of this size; 0 there is none */
	bool ejl;                 /* answers @EJL and IEEE 1284.4 packets on the raw ports */
};

/* What a printer does when its profile says nothing. */
void pc_profile_print_defaults(struct pc_profile_print *print);

/* In what printers differ on the service location protocol. */
struct pc_profile_slp {
	bool v1, v2; /* versions that are answered. Spec: RFC 2165, RFC 2608 */
	bool hpnp;   /* HP's own discovery: joins 224.0.1.60, answers service:x-hpnp-discover: */
	const char *scopes;     /* with commas between */
	const char *attributes; /* template of what it has besides printer.2.0's, or NULL */
};

/* Both versions, scope DEFAULT. */
void pc_profile_slp_defaults(struct pc_profile_slp *slp);

/* MIB modules that printers have or have not; bits of struct pc_profile's `mibs`. What is not named
 * here (system, interfaces, ip, tcp, udp, snmp, host resources, Printer-MIB) every model serves. */
enum pc_profile_mib {
	PC_MIBS_SYSOR,           /* sysORTable. Spec: RFC 3418 */
	PC_MIBS_IF_X,            /* ifXTable and ifTableLastChange. Spec: RFC 2863 */
	PC_MIBS_IF_STACK,        /* ifStackTable, ifRcvAddressTable */
	PC_MIBS_IP_V2,           /* tables of RFC 4293 */
	PC_MIBS_TCP_V2,          /* tables of RFC 4022 */
	PC_MIBS_UDP_V2,          /* tables of RFC 4113 */
	PC_MIBS_HR_PROCESSOR,    /* hrProcessorTable. Spec: RFC 2790 */
	PC_MIBS_HR_STORAGE_DISK, /* disk, its partition and file system */
	PC_MIBS_HR_SWRUN,        /* hrSWRunTable, hrSWRunPerfTable */
	PC_MIBS_HR_SWINSTALLED,  /* hrSWInstalledTable */
	PC_MIBS_SNMP_FRAMEWORK,  /* snmpEngine. Spec: RFC 3411 */
	PC_MIBS_SNMP_MPD,        /* Spec: RFC 3412 */
	PC_MIBS_USM,             /* usmStats, usmUserTable. Spec: RFC 3414 */
	PC_MIBS_VACM,            /* Spec: RFC 3415 */
	PC_MIBS_COMMUNITY,       /* Spec: RFC 3584 */
	PC_MIBS_TARGET,          /* Spec: RFC 3413 */
	PC_MIBS_NOTIFICATION,    /* Spec: RFC 3413 */
	PC_MIBS_FINISHER,        /* Spec: RFC 3806 */
	PC_MIBS_JOB_MONITORING,  /* Spec: RFC 2707 */
	PC_MIBS_PORT_MONITOR,    /* Spec: PWG 5107.1 */
	PC_MIBS_IMAGING_COUNTER, /* Spec: PWG 5106.3 */
	PC_MIBS_CONSOLE_LIGHTS,  /* prtConsoleLightTable. Spec: RFC 3805 */
	PC_MIBS_COUNT
};
enum { PC_MIBS_ALL = (1 << PC_MIBS_COUNT) - 1 };

/* Authentication and privacy protocols of SNMPv3 users; the numbers are the last arcs of their
 * OIDs. Spec: RFC 3414, RFC 3826, RFC 7860 (snmpAuthProtocols, snmpPrivProtocols) */
enum pc_snmp_auth {
	PC_SNMP_AUTH_NONE = 1,
	PC_SNMP_AUTH_MD5,
	PC_SNMP_AUTH_SHA1,
	PC_SNMP_AUTH_SHA224,
	PC_SNMP_AUTH_SHA256,
	PC_SNMP_AUTH_SHA384,
	PC_SNMP_AUTH_SHA512
};
enum pc_snmp_priv { PC_SNMP_PRIV_NONE = 1, PC_SNMP_PRIV_DES, PC_SNMP_PRIV_AES128 = 4 };

/* Format of the engine ID behind the maker's enterprise number. Spec: RFC 3411 SnmpEngineID */
enum pc_snmp_engine_format {
	PC_SNMP_ENGINE_IPV4 = 1,
	PC_SNMP_ENGINE_MAC = 3,
	PC_SNMP_ENGINE_TEXT,  /* the serial number */
	PC_SNMP_ENGINE_OCTETS /* the UUID */
};

/* Policies in which agents of real printers differ. */
struct pc_profile_snmp {
	bool v1, v2c, v3;       /* versions that are answered */
	bool last_error_index;  /* SNMPv1 error-index names the last failing variable, not the first
				 */
	bool authen_traps;      /* snmpEnableAuthenTraps of a new device */
	int32_t engine_format;  /* enum pc_snmp_engine_format */
	int32_t max_message;    /* bytes of the largest answer, 484 to 65507 */
	int32_t bulk_variables; /* of one GETBULK answer */
};

struct pc_profile_snmp_user {
	const char *name;
	int32_t auth; /* enum pc_snmp_auth */
	const char *auth_password;
	int32_t priv; /* enum pc_snmp_priv */
	const char *priv_password;
	bool write; /* SET allowed */
};

struct pc_profile_snmp_receiver {
	const char *address; /* template */
	int32_t port;
	int32_t version;  /* as in the message: 0 v1, 1 v2c, 3 v3 */
	bool inform;      /* v2c, v3: wants an answer */
	const char *name; /* community or user */
};

/* The status block of 1248.1.2.2.1.1.1.4.1, and what is left out of an ST2 block. */
enum pc_epson_status { PC_EPSON_ST2, PC_EPSON_LABEL };
enum pc_epson_absent {
	PC_EPSON_NO_COUNTERS, /* 36 */
	PC_EPSON_NO_BOXES,    /* 37 */
	PC_EPSON_NO_TANK,     /* 0D */
	PC_EPSON_NO_SOURCES,  /* 3F */
	PC_EPSON_NO_REPLACED  /* 45, 46 */
};

/* In what Epson printers differ on the private tree and its command tunnel. */
struct pc_profile_epson {
	int32_t status;             /* enum pc_epson_status */
	uint32_t status_absent;     /* bit per enum pc_epson_absent */
	const char *status_records; /* hex: more ST2 records, id, length and data each; or NULL */
	int32_t ink_record_bytes;   /* 3 or 4; 0 = 3 */
	int32_t ink_fourth;         /* the fourth byte, probably the capacity in ml */
	const char *commands;       /* names the tunnel knows, with spaces between; NULL = all */
	/* Keys of the EEPROM commands: two bytes as hex; eight letters. NULL: refused, as recent
	 * firmware does. */
	const char *eeprom_read_key, *eeprom_write_key;
	/* ENPC: name of the network board (template; NULL = "EP{m3}ENSN3") and the four bytes
	 * behind it (hex; NULL = those of most); how it came to its address and its services, as
	 * bits of their own (0 = those of most). Of POS printers: board ("UB-E03") and version. */
	const char *enpc_name, *enpc_model;
	int32_t enpc_assignment, enpc_services;
	const char *pos_board, *pos_version;
	bool push_scan; /* tells the network every minute that it can scan to computers */
};

/* The printer's pages on ports 80 and 443. */
struct pc_profile_web {
	const char *family;   /* "epson", "xerox" or "generic" */
	const char *user;     /* the administrator's name; "": any is taken */
	const char *password; /* template of the first password */
	uint32_t session_s;   /* a log-in ends after so long without a request; 0: ten minutes */
	bool https_redirect;  /* HTTP only leads to HTTPS */
};

struct pc_profile {
	const char *id;     /* "epson-wf-c5890" */
	const char *vendor; /* "EPSON" */
	const char *family;
	const char *model;   /* "WF-C5890 Series", as the printer names itself */
	const char *summary; /* one line for the list */
	bool abstract;       /* only there to be extended; keys may be missing */
	bool from_walk;      /* raw objects are the whole SNMP tree, nothing is modelled */
	const char *source;  /* file it came from */

	struct pc_profile_identity identity;
	struct pc_profile_ports ports;
	struct pc_profile_web web;
	struct pc_profile_print print;
	struct pc_profile_slp slp;
	const char *workgroup; /* NetBIOS group of its node status */
	struct pc_profile_raw_port raw_ports[PC_RAW_PORTS_MAX];
	size_t n_raw_ports;

	const char *sys_descr, *sys_object_id; /* dotted OID text */
	const char *contact, *location;
	int32_t sys_services;
	const char *if_descr;
	uint32_t if_speed;
	const char *device_id_1284; /* template, as the identity ones; also "{serialhex}" */
	const char *hr_device_id;   /* dotted OID text */
	const char *community_read, *community_write; /* write NULL: SET refused */
	struct pc_profile_snmp snmp;
	struct pc_profile_snmp_user snmp_users[PC_SNMP_USERS_MAX];
	size_t n_snmp_users;
	struct pc_profile_snmp_receiver snmp_receivers[PC_SNMP_RECEIVERS_MAX];
	size_t n_snmp_receivers;

	bool color, duplex, scanner, fax;
	int32_t ppm;                        /* pages a minute */
	int32_t marker_tech;                /* PrtMarkerMarkTechTC: 4 laser, 12 aqueous ink */
	int32_t counter_unit;               /* PrtMarkerCounterUnitTC: 7 impressions, 8 sheets */
	int32_t resolution_x, resolution_y; /* dots an inch */
	uint32_t initial_life_count;        /* pages at the start of a run */
	uint32_t boot_ms, cleaning_ms;      /* down time of a restart, length of a head cleaning */
	bool has_head_cleaning;
	bool auxiliary_sheets;    /* can print start-up and banner pages */
	bool unary_alerts;        /* reports ends of conditions and restarts as alerts */
	uint32_t bytes_per_page;  /* print data without form feeds: one page each so many bytes */
	uint8_t enpc_device_type; /* 2 inkjet; 0xff: no ENPC answer but the board's */
	const char *lpd_queue;    /* advertised queue name, "PASSTHRU" */
	const char *pjl_id;       /* INFO ID text */
	const char *region;       /* sales area, two to four letters, or NULL */
	const char *country;      /* ISO 3166, or NULL: that of its first language */
	bool front_end;           /* a digital front end stands before it */
	struct pc_profile_update update;
	struct pc_profile_mail mail;
	const char *snmp_vendor; /* "epson", "xerox" or "none": which vendor tables apply */
	struct pc_profile_epson epson;
	uint32_t mibs; /* bit per enum pc_profile_mib: optional modules it serves */

	struct pc_profile_supply supplies[PC_SUPPLIES_MAX];
	size_t n_supplies;
	struct pc_profile_tray trays[PC_TRAYS_MAX];
	size_t n_trays;
	struct pc_profile_cover covers[PC_COVERS_MAX];
	size_t n_covers;
	struct pc_profile_output outputs[PC_OUTPUTS_MAX];
	size_t n_outputs;
	struct pc_profile_localization localizations[PC_LOCALIZATIONS_MAX];
	size_t n_localizations; /* 0: English of the United States */
	struct pc_profile_finisher finishers[PC_FINISHERS_MAX];
	size_t n_finishers;
	const char *sizes[PC_SIZES_MAX]; /* PWG media names that are counted apart; last one is
					    "other" */
	size_t n_sizes;
	const char *media[PC_MEDIA_MAX]; /* media types that are counted apart */
	size_t n_media;
	struct pc_profile_interpreter interpreters[PC_INTERPRETERS_MAX];
	size_t n_interpreters;
	struct pc_profile_firmware firmware[PC_FIRMWARE_MAX];
	size_t n_firmware;
	struct pc_profile_setting settings[PC_SETTINGS_MAX];
	size_t n_settings;

	const char *licenses[PC_LICENSES_MAX]; /* options that are installed */
	size_t n_licenses;
	struct pc_profile_error_code error_codes[PC_ERROR_CODES_MAX];
	size_t n_error_codes;

	const struct pc_profile_object *objects; /* raw objects, sorted by OID, unique */
	size_t n_objects;

	void *memory; /* owned: everything the pointers above point to */
};

/* What an agent does when its profile says nothing: v1 and v2c, first failure in error-index,
 * engine ID from the MAC address, answers as large as UDP allows, 512 variables of GETBULK. */
void pc_profile_snmp_defaults(struct pc_profile_snmp *snmp);

/* Load PATH (a .yaml file) with everything it inherits. PC_OK; PC_E_SYNTAX with
 * "file:line:column: what was found, what was expected"; -errno. Caller frees. */
int pc_profile_load(const char *path, struct pc_profile **ret, struct pc_diag *diag);

/* As pc_profile_load() for a name ("epson-wf-c5890") searched in `dir`, or a path if it contains
 * '/' or ends in ".yaml". PC_E_NOTFOUND names the profiles there are. */
int pc_profile_find(
	const char *dir, const char *name, struct pc_profile **ret, struct pc_diag *diag);

/* A profile whose SNMP tree is the walk, byte for byte. Formats: .snmprec (oid|tag|value) and
 * net-snmp text (snmpwalk/snmpbulkwalk in any usual notation). What the walk tells (model, serial,
 * MAC, supplies, trays, counters) fills the rest, so that the other ports agree with it. Lines may
 * be in any order; of objects that occur twice the last counts, and `diag` then holds a note
 * although the result is PC_OK. Errors: PC_E_SYNTAX with "file:line:column: …", PC_E_LIMIT, -errno.
 */
int pc_profile_from_walk(const char *path, struct pc_profile **ret, struct pc_diag *diag);

/* Reads a walk as pc_profile_from_walk() and tells each object in the order of the file, those that
 * occur twice too; `line` is where its record begins, `object` is valid during the call. A result
 * of `fn` that is not PC_OK ends the reading and is returned. */
typedef int (*pc_profile_walk_fn)(void *arg, const struct pc_profile_object *object, unsigned line);
int pc_profile_walk_tell(const char *path, pc_profile_walk_fn fn, void *arg, struct pc_diag *diag);
/* The same for text in memory; `name` stands for the file in messages. */
int pc_profile_walk_tell_text(const char *text, size_t len, const char *name, pc_profile_walk_fn fn,
	void *arg, struct pc_diag *diag);

void pc_profile_free(struct pc_profile *p); /* NULL is allowed */

/* Is this supply (from 0) a finisher's, and the finisher tables served? Then it stands there and
 * not among the marker's. Spec: RFC 3806 finSupplyTable */
bool pc_profile_is_finishing(const struct pc_profile *p, size_t supply);

/* Does the model serve this optional MIB module? */
bool pc_profile_has_mib(const struct pc_profile *p, enum pc_profile_mib mib);

/* Names of the profiles of a directory, sorted. PC_OK, PC_E_LIMIT, -errno. Caller calls _done. */
struct pc_profile_names {
	char *names[PC_PROFILES_MAX]; /* owned */
	size_t n;
};
int pc_profile_names(const char *dir, struct pc_profile_names *ret, struct pc_diag *diag);
void pc_profile_names_done(struct pc_profile_names *names);

/* File and line that gave a key ("model", "identity.serial", "supplies") its value; NULL when it is
 * the default or comes from a walk. */
const char *pc_profile_origin(const struct pc_profile *p, const char *path, uint32_t *ret_line);

/* Tell every key in the order of the schema: path ("trays[0].name"), value as JSON text, and the
 * key that pc_profile_origin() knows. */
typedef void (*pc_profile_tell_fn)(void *arg, const char *path, const char *json, const char *key);
int pc_profile_tell(const struct pc_profile *p, pc_profile_tell_fn fn, void *arg);

/* JSON Schema of profile files, made from the table that reads them. */
struct pc_buf;
int pc_profile_schema(struct pc_buf *out);

/* Raw object by OID; NULL when there is none. */
const struct pc_profile_object *pc_profile_object_find(
	const struct pc_profile *p, const uint32_t *oid, size_t n_oid);

/* -1, 0, 1 in lexicographic order. */
int pc_arcs_compare(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b);

/* "1.3.6.1" (leading dot allowed). PC_OK, PC_E_BADVALUE, PC_E_LIMIT. */
int pc_arcs_parse(const char *text, uint32_t *out, size_t max, size_t *ret_n);

#endif
