/* services/web-family: what the families' tables are made with. */
#ifndef PC_SERVICES_WEB_FAMILY_H
#define PC_SERVICES_WEB_FAMILY_H

#include "services/web.h"

#define PC_WEB_PAGE(path, group, title, show) \
	{ \
		path, group, title, PC_WEB_PUBLIC, show, NULL, NULL \
	}
#define PC_WEB_FORM(path, group, title, show, act) \
	{ \
		path, group, title, PC_WEB_ADMIN, show, act, NULL \
	}

/* Conditions of rows. */
bool pc_web_has_trays(const struct pc_device *dev);

#endif
