/* The dates of an iCalendar file as libical reads them, in a time: of each a line with UID, start,
 * end and summary, apart by tabs, in which line ends, tabs and backslashes are escaped. Instants
 * are in UTC, whole days are dates.
 *
 *	libical_read FILE FROM UNTIL	(20260101T000000Z)
 *
 * It fails where libical finds anything wrong with the file.
 */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static icalcomponent *calendar;
static time_t from, until;

static void words(const char *text)
{
	for (; text && *text; text++)
		switch (*text) {
		case '\n': fputs("\\n", stdout); break;
		case '\t': fputs("\\t", stdout); break;
		case '\\': fputs("\\\\", stdout); break;
		default: putchar(*text);
		}
}

static void date(icalcomponent *event, time_t start, time_t end)
{
	if (start < from || start >= until)
		return;
	char first[32], last[32];
	const char *format = icalcomponent_get_dtstart(event).is_date ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ";
	strftime(first, sizeof first, format, gmtime(&start));
	strftime(last, sizeof last, format, gmtime(&end));
	words(icalcomponent_get_uid(event));
	printf("\t%s\t%s\t", first, last);
	words(icalcomponent_get_summary(event));
	putchar('\n');
}

static time_t instant(struct icaltimetype t)
{
	return icaltime_as_timet_with_zone(t, icaltime_is_utc(t) ? icaltimezone_get_utc_timezone() : (icaltimezone *)t.zone);
}

static int of_series(icalcomponent *event)
{
	return icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY) == NULL;
}

/* each is called for each date of a series; one that stands for it is written in its place. */
static void each(icalcomponent *event, struct icaltime_span *span, void *data)
{
	(void)data;
	for (icalcompiter i = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT); icalcompiter_deref(&i); icalcompiter_next(&i)) {
		icalcomponent *other = icalcompiter_deref(&i);
		if (of_series(other) || strcmp(icalcomponent_get_uid(other), icalcomponent_get_uid(event)))
			continue;
		icalproperty *id = icalcomponent_get_first_property(other, ICAL_RECURRENCEID_PROPERTY);
		if (instant(icalproperty_get_datetime_with_component(id, other)) == span->start)
			return; /* it is written for itself */
	}
	date(event, span->start, span->end);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	FILE *file = fopen(argv[1], "rb");
	size_t size = 64 << 20, length;
	char *text = malloc(size);
	if (!file || !text || (length = fread(text, 1, size - 1, file)) == 0) {
		fprintf(stderr, "%s: cannot be read\n", argv[1]);
		return 1;
	}
	text[length] = 0;
	calendar = icalparser_parse_string(text);
	if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
		fprintf(stderr, "%s: no calendar\n", argv[1]);
		return 1;
	}
	int allowed = icalrestriction_check(calendar), errors = icalcomponent_count_errors(calendar);
	if (!allowed || errors) {
		fprintf(stderr, "%s: libical finds %d errors%s\n", argv[1], errors, allowed ? "" : ", and breaches of RFC 5546");
		return 1;
	}
	struct icaltimetype first = icaltime_from_string(argv[2]), last = icaltime_from_string(argv[3]);
	from = instant(first), until = instant(last);
	for (icalcompiter i = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT); icalcompiter_deref(&i); icalcompiter_next(&i)) {
		icalcomponent *event = icalcompiter_deref(&i);
		if (of_series(event)) {
			icalcomponent_foreach_recurrence(event, icaltime_from_string("19000101T000000Z"), last, each, NULL);
			continue;
		}
		struct icaltimetype start = icalcomponent_get_dtstart(event);
		struct icaltimetype end = icalcomponent_get_dtend(event);
		date(event, instant(start), icaltime_is_null_time(end) ? instant(start) : instant(end));
	}
	return 0;
}
