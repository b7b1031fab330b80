/* XEROX-PRINTER-EXT-MIB: what Xerox adds to the rows of Printer-MIB, what drivers ask for, media
 * types. Spec: XCMI 5.10 */
#include <string.h>

#include "base/err.h"
#include "snmp/mib-xerox.h"
#include "snmp/modules.h"

enum {
	ON = 3, /* PresentOnOff */
	OFF = 4,
	NOT_PRESENT = 5,
	STITCHER = 3, /* FinDeviceTypeTC */
	PUNCHER = 8,
	INSERTER = 18,
	MEMORY_MB = 4096,        /* harness-defined */
	PUNCH_NOT_INSTALLED = 2, /* XcmPrtHolePunchUnitType */
	PUNCH_2_AND_4_EU = 11,
	FAX_NOT_PRESENT = 2, /* XcmPrtFaxOutType */
	FAX_INSTALLED = 3
};

static bool
has_finisher(const struct pc_profile *p, int32_t type)
{
	for (size_t i = 0; i < p->n_finishers; i++)
		if (p->finishers[i].type == type)
			return true;
	return false;
}

static int64_t
present(bool there)
{
	return there ? ON : NOT_PRESENT;
}

static int64_t
switched(const struct pc_device *dev, const char *setting)
{
	const char *value = pc_device_setting(dev, setting);

	return value == NULL ? NOT_PRESENT : strcmp(value, "off") == 0 ? OFF : ON;
}

static const uint32_t base_oid[] = {PC_XCMI, 55, 1, 2, 1};

static const struct pc_snmp_column base_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseRowStatus"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseGroupSupport"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseUpdateSupport"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseCreateSupport"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseIETFMIBGroupSupport"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseIETFMIBUpdateSupport"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtBaseIETFMIBCreateSupport"},
};

static const struct pc_mib_rule base_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{6, 0, INT32_MAX, 127525, NULL, NULL},
};

PC_XCMI_RULED_TABLE(base, .row = pc_mib_row_single, .spec = "XCMI xcmPrtBaseTable");

/* ---- the printer ---- */

static int
general_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);

	switch (at->column) {
	case 4: /* another tray with the same medium takes over */
		return pc_mib_number(at, v, present(p->n_trays > 1));
	case 5:
		return pc_mib_number(at, v, present(p->n_outputs > 1));
	case 71:
		return pc_mib_text(v, p->n_finishers == 0 ? "none" : p->finishers[0].name);
	default:
		return pc_mib_text(v, p->fax ? "fax" : "none");
	}
}

static const uint32_t general_oid[] = {PC_XCMI, 55, 5, 1, 1};

static const struct pc_snmp_column general_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralRowStatus"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralAuxSheetPackage"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmPrtGeneralManualFeedTimeout"},
	{4, PC_SNMP_INTEGER, general_get, NULL, "xcmPrtGeneralInputAutoSwitch"},
	{5, PC_SNMP_INTEGER, general_get, NULL, "xcmPrtGeneralOutputAutoSwitch"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralMediumClassDefault"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralDarknessLevels"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralDarknessLevelNorm"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralDarknessLevelDflt"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralHexDumpEnable"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralStartupPage"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralBannerPage"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralTonerLowStop"},
	{14, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralEndBannerPage"},
	{15, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralTrayLowWarning"},
	{50, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralScanlineCompaction"},
	{51, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtGeneralMonoPrintOptimization"},
	{70, PC_SNMP_OCTETS, pc_mib_kept_get, NULL, "xcmPrtGeneralInstalledFeeder"},
	{71, PC_SNMP_OCTETS, general_get, NULL, "xcmPrtGeneralInstalledFinisher"},
	{72, PC_SNMP_OCTETS, general_get, NULL, "xcmPrtGeneralInstalledAnalogFax"},
};

static const struct pc_mib_rule general_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{3, INT32_MIN, INT32_MAX, -1, NULL, NULL},
	{6, 0, 0, 2, NULL, ",1,2,3,4,5,6,"},
	{9, INT32_MIN, INT32_MAX, -2, NULL, NULL},
	{10, 0, 0, 5, NULL, ",1,3,4,5,"},
	{11, 0, 0, 5, NULL, ",1,3,4,5,"},
	{12, 0, 0, 5, NULL, ",1,3,4,5,"},
	{13, 0, 0, 5, NULL, ",1,3,4,5,"},
	{14, 0, 0, 5, NULL, ",1,3,4,5,"},
	{15, 0, 0, 5, NULL, ",1,3,4,5,"},
	{50, 0, 0, 5, NULL, ",1,3,4,5,"},
	{51, 0, 0, 5, NULL, ",1,3,4,5,"},
	{70, 0, 255, 0, "none", NULL},
};

PC_XCMI_RULED_TABLE(general, .row = pc_mib_row_single, .spec = "XCMI xcmPrtGeneralTable");

/* ---- what drivers ask for ---- */

static int64_t
hardware(const struct pc_device *dev, uint32_t column)
{
	const struct pc_profile *p = pc_device_profile(dev);

	switch (column) {
	case 1:
		return present(has_finisher(p, STITCHER));
	case 2:
		return present(p->duplex);
	case 9: /* the disk */
		return ON;
	case 10:
		return has_finisher(p, PUNCHER) ? PUNCH_2_AND_4_EU : PUNCH_NOT_INSTALLED;
	case 12:
		return present(has_finisher(p, INSERTER));
	case 14:
		return p->fax ? FAX_INSTALLED : FAX_NOT_PRESENT;
	case 15:
		return MEMORY_MB;
	case 17:
		return present(p->n_outputs > 0);
	case 50: /* collation */
		return ON;
	default:
		return switched(dev, "print.storedJobs");
	}
}

static int
driver_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);

	if (at->column == 8)
		return pc_mib_text(v, p->n_outputs == 0 ? "" : p->outputs[0].name);
	if (at->column == 11)
		return pc_mib_text(v, p->n_trays == 0 ? "" : p->trays[0].name);
	return pc_mib_number(at, v, hardware(dev, at->column));
}

static const uint32_t driver_oid[] = {PC_XCMI, 55, 6};

static const struct pc_snmp_column driver_columns[] = {
	{1, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptStapler"},
	{2, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptDuplexUnit"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptPhaserBookletMaker"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptEnvelopeTray"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptCoilPunchUnit"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptFinisherDFA"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptHighCapacityFeeder"},
	{8, PC_SNMP_OCTETS, driver_get, NULL, "xcmPrtDriverOutputDeliveryUnit"},
	{9, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptHardDrive"},
	{10, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptHolePunchUnit"},
	{11, PC_SNMP_OCTETS, driver_get, NULL, "xcmPrtDriverInputPaperTrays"},
	{12, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptInserterUnit"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptJobAccountingFdi"},
	{14, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptFaxOut"},
	{15, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptMemoryInMBs"},
	{16, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptOutputBinSide"},
	{17, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrHwdOptOutputBinCenter"},
	{18, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptPhaserModule"},
	{19, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptPrintEngine"},
	{20, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptSquareFoldTrimmer"},
	{21, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrHwdOptTriFold"},
	{50, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrFntCollation"},
	{51, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntAsciiJobTicket"},
	{52, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntAuthenticationMode"},
	{53, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntHoldForAuthenMode"},
	{54, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntEnhancedImageQualityMode"},
	{55, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntProductivityPack"},
	{56, PC_SNMP_INTEGER, driver_get, NULL, "xcmPrtDrvrFntJobStorage"},
	{57, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtDrvrFntJobAccountingSystem"},
};

static const struct pc_mib_rule driver_rules[] = {
	{3, 0, 0, 5, NULL, ",1,3,4,5,"},
	{4, 0, 0, 5, NULL, ",1,3,4,5,"},
	{5, 0, 0, 5, NULL, ",1,3,4,5,"},
	{6, 0, 0, 2, NULL, ",1,2,3,4,"},
	{7, 0, 0, 2, NULL, ",1,2,3,4,5,"},
	{13, 0, 0, 5, NULL, ",1,3,4,5,"},
	{16, 0, 0, 5, NULL, ",1,3,4,5,"},
	{18, 0, 0, 2, NULL, ",1,2,3,4,5,6,7,8,9,10,"},
	{19, 0, 0, 2, NULL, ",1,2,3,"},
	{20, 0, 0, 5, NULL, ",1,3,4,5,"},
	{21, 0, 0, 5, NULL, ",1,3,4,5,"},
	{51, 0, 0, 2, NULL, ",1,2,3,4,"},
	{52, 0, 0, 2, NULL, ",1,2,3,4,5,6,7,"},
	{53, 0, 0, 2, NULL, ",1,2,3,4,"},
	{54, 0, 0, 5, NULL, ",1,3,4,5,"},
	{55, 0, 0, 5, NULL, ",1,3,4,5,"},
	{57, 0, 0, 2, NULL, ",1,2,3,4,5,6,7,8,9,"},
};

PC_XCMI_RULED_TABLE(driver, .spec = "XCMI xcmPrtDriverOptions");

/* ---- trays ---- */

static bool
input_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_trays, at, index, n_index);
}

/* The tray that goes on when this one is empty: the next with its medium and size, else none. */
static int64_t
next_tray(const struct pc_profile *p, size_t tray)
{
	for (size_t i = 1; i < p->n_trays; i++) {
		size_t other = (tray + i) % p->n_trays;

		if (strcmp(p->trays[other].size, p->trays[tray].size) == 0 &&
			strcmp(p->trays[other].media, p->trays[tray].media) == 0)
			return (int64_t)other + 1;
	}
	return 0;
}

static int
input_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	size_t row = pc_mib_at(at);

	return pc_mib_number(
		at, v, at->column == 2 ? next_tray(pc_device_profile(dev), row) : (int64_t)row + 1);
}

static const uint32_t input_oid[] = {PC_XCMI, 55, 8, 1, 1};

static const struct pc_snmp_column input_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInputRowStatus"},
	{2, PC_SNMP_INTEGER, input_get, NULL, "xcmPrtInputNextPrtInputIndex"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInputUseCustomSize"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInputCustDimFeedDirDecl"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInputCustDimXFeedDirDecl"},
	{6, PC_SNMP_INTEGER, input_get, NULL, "xcmPrtInputTrayPriority"},
};

static const struct pc_mib_rule input_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{3, 0, 0, 5, NULL, ",1,3,4,5,"},
};

PC_XCMI_RULED_TABLE(input, .row = input_row, .spec = "XCMI xcmPrtInputTable");

static int
trays_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return pc_mib_number(at, v, (int64_t)pc_device_profile(dev)->n_trays);
}

static const uint32_t trays_oid[] = {PC_XCMI, 55, 8, 2, 1};

static const struct pc_snmp_column trays_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInputTraysRowStatus"},
	{2, PC_SNMP_INTEGER, trays_get, NULL, "xcmPrtInputTraysInstalled"},
};

static const struct pc_mib_rule trays_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
};

PC_XCMI_RULED_TABLE(trays, .row = pc_mib_row_single, .spec = "XCMI xcmPrtInputTrayTable");

/* ---- outputs ---- */

static bool
output_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_outputs, at, index, n_index);
}

static int
output_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	size_t row = pc_mib_at(at);

	switch (at->column) {
	case 2: /* the next one, from the last none */
		return pc_mib_number(at, v, row + 1 < p->n_outputs ? (int64_t)row + 2 : 0);
	case 100:
		return pc_mib_number(at, v, present(has_finisher(p, STITCHER)));
	case 102:
		return pc_mib_number(at, v,
			has_finisher(p, STITCHER) ? switched(dev, "finisher.stapling")
						  : NOT_PRESENT);
	case 104:
		return pc_mib_number(at, v, present(has_finisher(p, PUNCHER)));
	default:
		return pc_mib_number(at, v,
			has_finisher(p, PUNCHER) ? switched(dev, "finisher.punching")
						 : NOT_PRESENT);
	}
}

static const uint32_t output_oid[] = {PC_XCMI, 55, 9, 1, 1};

static const struct pc_snmp_column output_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputRowStatus"},
	{2, PC_SNMP_INTEGER, output_get, NULL, "xcmPrtOutputNextIndex"},
	{3, PC_SNMP_OCTETS, pc_mib_kept_get, NULL, "xcmPrtOutputPassword"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputOffsetStackingType"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputTrayTimeoutSupport"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputTrayTimeout"},
	{100, PC_SNMP_INTEGER, output_get, NULL, "xcmPrtOutputStaple"},
	{101, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputStaplePosSupported"},
	{102, PC_SNMP_INTEGER, output_get, NULL, "xcmPrtOutputStapleDefault"},
	{103, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputStaplePosDefault"},
	{104, PC_SNMP_INTEGER, output_get, NULL, "xcmPrtOutputPunch"},
	{105, PC_SNMP_INTEGER, output_get, NULL, "xcmPrtOutputPunchDefault"},
	{106, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputPunchPosSupported"},
	{107, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtOutputBookletFoldStaple"},
};

static const struct pc_mib_rule output_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{4, 0, 0, 3, NULL, ",1,2,3,4,5,6,"},
	{5, 0, 0, 5, NULL, ",1,3,4,5,"},
	{107, 0, 0, 5, NULL, ",1,3,4,5,"},
};

PC_XCMI_RULED_TABLE(output, .row = output_row, .spec = "XCMI xcmPrtOutputTable");

/* ---- interpreters ---- */

static bool
interpreter_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_interpreters, at, index, n_index);
}

static int
interpreter_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	const struct pc_profile *p = pc_device_profile(dev);
	const int64_t n[] = {[19] = p->n_trays > 0,
		[20] = p->n_outputs > 0,
		[21] = p->resolution_y,
		[22] = p->resolution_x};

	return pc_mib_number(at, v, n[at->column]);
}

static const uint32_t interpreter_oid[] = {PC_XCMI, 55, 15, 1, 1};

static const struct pc_snmp_column interpreter_columns[] = {
	{1, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpRowStatus"},
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpAuxSheetPackage"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpContextSaving"},
	{4, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpEdgeEnhancement"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpFontIndexDefault"},
	{6, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpGrayLevels"},
	{7, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpGrayLevelDefault"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpJamRecovery"},
	{9, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmPrtInterpJobCopiesDefault"},
	{10, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpLineWrap"},
	{11, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpMediumSizeDefault"},
	{12, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPageProtect"},
	{13, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPageProtectSize"},
	{14, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPageSizeErrorPolicy"},
	{15, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPlexSupported"},
	{16, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPlexDefault"},
	{17, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpPrintEdgeToEdge"},
	{18, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmPrtInterpPrintQuality"},
	{19, PC_SNMP_INTEGER, interpreter_get, NULL, "xcmPrtInterpPrtInputIndexDflt"},
	{20, PC_SNMP_INTEGER, interpreter_get, NULL, "xcmPrtInterpPrtOutputIndexDflt"},
	{21, PC_SNMP_INTEGER, interpreter_get, NULL, "xcmPrtInterpResFeedDirDefault"},
	{22, PC_SNMP_INTEGER, interpreter_get, NULL, "xcmPrtInterpResXFeedDirDefault"},
	{23, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpResIPResIndex"},
	{24, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpResIPResIndexDflt"},
	{25, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpTextFormLength"},
	{26, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmPrtInterpTimeoutJob"},
	{27, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpTimeoutPage"},
	{28, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpInputAliasIndexDflt"},
	{29, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpTraySwitch"},
	{30, PC_SNMP_OCTETS, pc_mib_kept_get, NULL, "xcmPrtInterpMediumTypeDefault"},
	{31, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpMediaTypeErrPolicy"},
	{32, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpErrorPolicyTimeout"},
	{33, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpLineTerm"},
	{34, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpEnhancedResolution"},
	{50, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpAutoContinue"},
	{51, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpEnvFeederSize"},
	{52, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpManualFeedPgSize"},
	{53, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpOffsetStackingType"},
	{54, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtInterpProcessBarcodes"},
};

static const struct pc_mib_rule interpreter_rules[] = {
	{1, 1, 1, 1, NULL, NULL},
	{3, 0, 0, 1, NULL, ",1,3,4,5,"},
	{4, 0, 0, 1, NULL, ",1,3,4,5,"},
	{5, INT32_MIN, INT32_MAX, -2, NULL, NULL},
	{8, 0, 0, 1, NULL, ",1,3,4,5,"},
	{9, 1, INT32_MAX, 1, NULL, NULL},
	{10, 0, 0, 1, NULL, ",1,3,4,5,"},
	{11, 0, 0, 3, NULL,
		",1,2,3,10,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1020,1021,1022,1023,1024,1025,1026,1027,1028,1029,1030,1040,1041,1042,1043,1044,1045,1046,1047,1048,1049,1050,1063,1064,1065,1066,1067,1080,1081,1082,1083,1084,1085,1086,1087,1088,1089,1090,1100,1101,1102,1103,1104,"},
	{12, 0, 0, 1, NULL, ",1,3,4,5,"},
	{13, 0, 0, 3, NULL,
		",1,2,3,10,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1020,1021,1022,1023,1024,1025,1026,1027,1028,1029,1030,1040,1041,1042,1043,1044,1045,1046,1047,1048,1049,1050,1063,1064,1065,1066,1067,1080,1081,1082,1083,1084,1085,1086,1087,1088,1089,1090,1100,1101,1102,1103,1104,"},
	{14, 0, 0, 3, NULL, ",1,2,3,4,5,6,7,8,9,10,11,"},
	{17, 0, 0, 1, NULL, ",1,3,4,5,"},
	{18, 0, 0, 5, NULL, ",1,2,3,4,5,6,"},
	{26, 0, INT32_MAX, 0, NULL, NULL},
	{29, 0, 0, 3, NULL, ",1,2,3,4,5,6,"},
	{31, 0, 0, 3, NULL, ",1,2,3,4,5,6,11,"},
	{33, 0, 0, 1, NULL, ",1,3,4,5,"},
	{34, 0, 0, 1, NULL, ",1,3,4,5,"},
	{50, 0, 0, 1, NULL, ",1,3,4,5,"},
	{51, 0, 0, 3, NULL,
		",1,2,3,10,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1020,1021,1022,1023,1024,1025,1026,1027,1028,1029,1030,1040,1041,1042,1043,1044,1045,1046,1047,1048,1049,1050,1063,1064,1065,1066,1067,1080,1081,1082,1083,1084,1085,1086,1087,1088,1089,1090,1100,1101,1102,1103,1104,"},
	{52, 0, 0, 3, NULL,
		",1,2,3,10,1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,1014,1015,1016,1020,1021,1022,1023,1024,1025,1026,1027,1028,1029,1030,1040,1041,1042,1043,1044,1045,1046,1047,1048,1049,1050,1063,1064,1065,1066,1067,1080,1081,1082,1083,1084,1085,1086,1087,1088,1089,1090,1100,1101,1102,1103,1104,"},
	{53, 0, 0, 3, NULL, ",1,2,3,4,5,6,"},
	{54, 0, 0, 1, NULL, ",1,3,4,5,"},
};

PC_XCMI_RULED_TABLE(interpreter, .row = interpreter_row, .spec = "XCMI xcmPrtInterpreterTable");

/* ---- media types ---- */

static bool
media_row(const struct pc_profile *profile, size_t at, uint32_t index[PC_SNMP_INDEX_MAX],
	size_t *n_index)
{
	return pc_mib_row_printer(profile->n_media, at, index, n_index);
}

static int
media_get(const struct pc_device *dev, const struct pc_snmp_at *at, struct pc_snmp_value *v)
{
	return pc_mib_text(v, pc_device_profile(dev)->media[pc_mib_at(at)]);
}

static const uint32_t media_oid[] = {PC_XCMI, 55, 75, 2, 1};

static const struct pc_snmp_column media_columns[] = {
	{2, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtMedmTypeSupRowStatus"},
	{3, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtMedmTypeSupRowPersistence"},
	{4, PC_SNMP_OCTETS, media_get, NULL, "xcmPrtMedmTypeSupName"},
	{5, PC_SNMP_INTEGER, pc_mib_kept_get, pc_mib_kept_set, "xcmPrtMedmTypeSupFuserTemp"},
	{6, PC_SNMP_OCTETS, media_get, NULL, "xcmPrtMedmTypeSupPaperType"},
	{7, PC_SNMP_OCTETS, media_get, NULL, "xcmPrtMedmTypeSupPDLString"},
	{8, PC_SNMP_INTEGER, pc_mib_kept_get, NULL, "xcmPrtMedmTypeSupFuserHide"},
};

static const struct pc_mib_rule media_rules[] = {
	{2, 1, 1, 1, NULL, NULL},
	{3, 0, 0, 5, NULL, ",1,2,3,4,5,6,"},
	{5, INT32_MIN, INT32_MAX, 50, NULL, NULL},
	{8, 0, 0, 2, NULL, ",1,2,"},
};

PC_XCMI_RULED_TABLE(media, .row = media_row, .spec = "XCMI xcmPrtMedmTypeSupTable");

static const struct pc_snmp_table *const tables[] = {&base_table.table, &general_table.table,
	&driver_table.table, &input_table.table, &trays_table.table, &output_table.table,
	&interpreter_table.table, &media_table.table};

const struct pc_snmp_module pc_snmp_mib_xerox_printer = {
	"XEROX-PRINTER-EXT-MIB", tables, PC_MIB_COUNT(tables)};
