/* The device's own texts in the languages of its panel. UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "device/internal.h"

enum { LANGUAGES = 4 };

/* The words a profile may use: profile/fields.c. */
static const char *const languages[LANGUAGES] = {"en", "de", "fr", "es"};

/* English first, then in the order of `languages`; sorted. */
static const char *const texts[][LANGUAGES] = {
	{"A part is at the end of its life.", "Ein Teil hat das Ende seiner Lebensdauer erreicht.",
		"Une pièce est en fin de vie.", "Una pieza ha llegado al final de su vida."},
	{"A part is missing.", "Ein Teil fehlt.", "Une pièce est absente.", "Falta una pieza."},
	{"A part is near the end of its life.", "Ein Teil muss bald ersetzt werden.",
		"Une pièce arrive en fin de vie.", "Una pieza está cerca del final de su vida."},
	{"Alert removed.", "Meldung erledigt.", "Alerte terminée.", "Alerta retirada."},
	{"Attention", "Achtung", "Attention", "Atención"},
	{"Cleaning the print head", "Druckkopf wird gereinigt", "Nettoyage de la tête",
		"Limpiando el cabezal"},
	{"Cover is open.", "Abdeckung ist offen.", "Le capot est ouvert.",
		"La cubierta está abierta."},
	{"Developer is low.", "Entwickler geht zur Neige.", "Le développeur est presque épuisé.",
		"Queda poco revelador."},
	{"Developer is missing.", "Entwickler fehlt.", "Le développeur est absent.",
		"Falta el revelador."},
	{"Developer is out.", "Entwickler ist leer.", "Le développeur est épuisé.",
		"Se acabó el revelador."},
	{"Drum is at the end of its life.", "Trommel muss ersetzt werden.",
		"Le tambour est en fin de vie.", "El tambor llegó al final de su vida."},
	{"Drum is missing.", "Trommel fehlt.", "Le tambour est absent.", "Falta el tambor."},
	{"Drum is near the end of its life.", "Trommel muss bald ersetzt werden.",
		"Le tambour arrive en fin de vie.", "El tambor está cerca del final."},
	{"Duplex", "Beidseitig", "Recto verso", "Doble cara"},
	{"Finisher is jammed.", "Papierstau im Finisher.", "Bourrage dans le finisseur.",
		"Atasco en el finalizador."},
	{"Ink cartridge is missing.", "Tintenpatrone fehlt.", "La cartouche d'encre est absente.",
		"Falta el cartucho de tinta."},
	{"Ink is low.", "Tinte geht zur Neige.", "Le niveau d'encre est bas.", "Queda poca tinta."},
	{"Ink is out.", "Tinte ist leer.", "L'encre est épuisée.", "Se acabó la tinta."},
	{"Maintenance box is almost full.", "Wartungsbox ist fast voll.",
		"Le bac de maintenance est presque plein.",
		"La caja de mantenimiento está casi llena."},
	{"Maintenance box is full.", "Wartungsbox ist voll.", "Le bac de maintenance est plein.",
		"La caja de mantenimiento está llena."},
	{"Maintenance box is missing.", "Wartungsbox fehlt.", "Le bac de maintenance est absent.",
		"Falta la caja de mantenimiento."},
	{"Output tray is full.", "Ausgabefach ist voll.", "Le bac de sortie est plein.",
		"La bandeja de salida está llena."},
	{"Paper is low.", "Papier geht zur Neige.", "Il reste peu de papier.", "Queda poco papel."},
	{"Paper is out.", "Papier ist leer.", "Il n'y a plus de papier.", "Se acabó el papel."},
	{"Paper jam.", "Papierstau.", "Bourrage papier.", "Atasco de papel."},
	{"Paper tray is missing.", "Papierfach fehlt.", "Le bac à papier est absent.",
		"Falta la bandeja de papel."},
	{"Power was switched on.", "Gerät wurde eingeschaltet.", "Mise sous tension.",
		"Se encendió el equipo."},
	{"Printer is off-line.", "Drucker ist offline.", "L'imprimante est hors ligne.",
		"La impresora está fuera de línea."},
	{"Printing", "Druckt", "Impression en cours", "Imprimiendo"},
	{"Printing a nozzle check", "Düsentest wird gedruckt", "Impression du test des buses",
		"Imprimiendo el test de inyectores"},
	{"Ready", "Bereit", "Prête", "Lista"},
	{"Reset by the manager.", "Neustart aus der Ferne.", "Réinitialisée à distance.",
		"Reiniciada a distancia."},
	{"Service is required.", "Wartung ist nötig.", "Une intervention est nécessaire.",
		"Se requiere servicio técnico."},
	{"Simplex", "Einseitig", "Recto", "Una cara"},
	{"Sleep", "Ruhezustand", "Veille", "Reposo"},
	{"Staple cartridge is missing.", "Heftklammern fehlen.",
		"La cartouche d'agrafes est absente.", "Falta el cartucho de grapas."},
	{"Staples are low.", "Heftklammern gehen zur Neige.", "Il reste peu d'agrafes.",
		"Quedan pocas grapas."},
	{"Staples are out.", "Heftklammern sind leer.", "Il n'y a plus d'agrafes.",
		"Se acabaron las grapas."},
	{"Starting", "Startet", "Démarrage", "Iniciando"},
	{"Toner cartridge is missing.", "Tonerkartusche fehlt.",
		"La cartouche de toner est absente.", "Falta el cartucho de tóner."},
	{"Toner is low.", "Toner geht zur Neige.", "Le niveau de toner est bas.",
		"Queda poco tóner."},
	{"Toner is out.", "Toner ist leer.", "Le toner est épuisé.", "Se acabó el tóner."},
	{"Updating the firmware", "Firmware wird aktualisiert", "Mise à jour du micrologiciel",
		"Actualizando el firmware"},
	{"Waste toner container is almost full.", "Resttonerbehälter ist fast voll.",
		"Le bac de toner usagé est presque plein.",
		"El depósito de tóner está casi lleno."},
	{"Waste toner container is full.", "Resttonerbehälter ist voll.",
		"Le bac de toner usagé est plein.", "El depósito de tóner está lleno."},
	{"Waste toner container is missing.", "Resttonerbehälter fehlt.",
		"Le bac de toner usagé est absent.", "Falta el depósito de tóner."},
};

size_t
pc_device_localizations(const struct pc_profile *profile)
{
	return profile->n_localizations == 0 ? 1 : profile->n_localizations;
}

struct pc_profile_localization
pc_device_localization(const struct pc_profile *profile, size_t row)
{
	if (row >= profile->n_localizations)
		return (struct pc_profile_localization){languages[0], "US"};
	return profile->localizations[row];
}

static int
by_english(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

const char *
pc_device_localized(const struct pc_device *dev, enum pc_option localization, const char *english)
{
	size_t row = (size_t)pc_device_option(dev, localization, 0) - 1, language = 0;
	struct pc_profile_localization l = pc_device_localization(dev->profile, row);
	for (size_t i = 0; i < LANGUAGES; i++) {
		if (strcmp(l.language, languages[i]) == 0)
			language = i;
	}
	if (language == 0)
		return english;
	const char *const *found = bsearch(
		english, texts, sizeof(texts) / sizeof(texts[0]), sizeof(texts[0]), by_english);
	return found == NULL ? english : found[language];
}
