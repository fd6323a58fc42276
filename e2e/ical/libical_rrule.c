/* Dates of an iCalendar file's event by libical: instants, or dates of whole days, up to one
 * given, each on a line.
 *
 *	libical_rrule FILE UNTIL
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *until;
static int whole_days;

static void date(icalcomponent *event, struct icaltime_span *span, void *data)
{
	(void)event;
	(void)data;
	char text[32];
	strftime(text, sizeof text, whole_days ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", gmtime(&span->start));
	if (strcmp(text, until) < 0)
		puts(text);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	until = argv[2];
	FILE *file = fopen(argv[1], "rb");
	static char text[1 << 20];
	if (!file || fread(text, 1, sizeof text - 1, file) == 0)
		return 1;
	icalcomponent *calendar = icalparser_parse_string(text);
	icalcomponent *event = calendar ? icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT) : NULL;
	if (!event)
		return 1;
	whole_days = icalcomponent_get_dtstart(event).is_date;
	struct icaltimetype last = icaltime_from_string("21200101T000000Z");
	icalcomponent_foreach_recurrence(event, icaltime_from_string("19000101T000000Z"), last, date, NULL);
	return 0;
}
