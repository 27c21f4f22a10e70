package vcard

import (
	"fmt"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// check reports whether the parts make a date of RFC 9553 section 2.8.1: the year, the
// year and the month, the month and the day, or all; or an instant alone.
func (d Date) check() bool { return d.partial() && !d.monthOnly() }

// monthOnly reports whether there is a month and nothing else, which vCard has and
// JSContact has not.
func (d Date) monthOnly() bool { return d.UTC == "" && d.Year == 0 && d.Day == 0 }

func (d Date) partial() bool {
	if d.UTC != "" {
		_, err := time.Parse(time.RFC3339, d.UTC)
		return err == nil && strings.HasSuffix(d.UTC, "Z") && d.Year == 0 && d.Month == 0 && d.Day == 0 && d.CalendarScale == ""
	}
	if d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Day > 31 || d.Day > 0 && d.Month == 0 || d.Year == 0 && d.Month == 0 {
		return false
	}
	if d.Day == 0 || d.CalendarScale != "" && d.CalendarScale != "gregorian" {
		return true
	}
	year := d.Year
	if year == 0 {
		year = 2000 // 29 February without a year is a day
	}
	return d.Day <= civil.DaysIn(year, time.Month(d.Month))
}

// parseDate reads a date of RFC 6350 section 4.3.1, or of ISO 8601 as 3.0 and 2.1 write
// it: 19850412, 1985-04-12, 1985-04, 1985, --0412, --04-12, --04.
func parseDate(s string) (d Date, ok bool) {
	digits := func(s string) (n int, ok bool) {
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return 0, false
			}
			n = n*10 + int(s[i]-'0')
		}
		return n, true
	}
	var y, m, day string
	switch rest, yearless := strings.CutPrefix(s, "--"); {
	case yearless && len(rest) == 2:
		m = rest
	case yearless && len(rest) == 4:
		m, day = rest[:2], rest[2:]
	case yearless && len(rest) == 5 && rest[2] == '-':
		m, day = rest[:2], rest[3:]
	case yearless:
		return d, false
	case len(s) == 4:
		y = s
	case len(s) == 7 && s[4] == '-':
		y, m = s[:4], s[5:]
	case len(s) == 8:
		y, m, day = s[:4], s[4:6], s[6:]
	case len(s) == 10 && s[4] == '-' && s[7] == '-':
		y, m, day = s[:4], s[5:7], s[8:]
	default:
		return d, false
	}
	var ok1, ok2, ok3 bool
	d.Year, ok1 = digits(y)
	d.Month, ok2 = digits(m)
	d.Day, ok3 = digits(day)
	if y != "" && d.Year == 0 || m != "" && d.Month == 0 || day != "" && d.Day == 0 {
		return Date{}, false
	}
	return d, ok1 && ok2 && ok3 && d.partial()
}

// vcard writes a partial date in the basic form of RFC 6350, or the extended form of 3.0
// and 2.1.
func (d Date) vcard(v Version) string {
	switch {
	case d.Year == 0 && d.Day == 0:
		return fmt.Sprintf("--%02d", d.Month)
	case d.Year == 0 && v == V40:
		return fmt.Sprintf("--%02d%02d", d.Month, d.Day)
	case d.Year == 0:
		return fmt.Sprintf("--%02d-%02d", d.Month, d.Day)
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	case v == V40:
		return fmt.Sprintf("%04d%02d%02d", d.Year, d.Month, d.Day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// parseInstant reads a time with an offset: 19531015T231000Z, 1995-10-31T22:27:10Z. The
// result is in UTC as JSContact writes it; ok is false where no offset is stated.
func parseInstant(s string) (utc string, ok bool) {
	if len(s) < len("20060102T150405Z") || len(s) > 40 {
		return "", false
	}
	if utc, ok = basicInstant(s); ok {
		return utc, true
	}
	for _, layout := range [...]string{"20060102T150405Z0700", "2006-01-02T15:04:05Z07:00", "20060102T150405Z07", "20060102T150405Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil && t.UTC().Year() > 0 && t.UTC().Year() <= 9999 {
			return t.UTC().Format("2006-01-02T15:04:05.999999999Z"), true
		}
	}
	return "", false
}

// basicInstant reads 19531015T231000Z, the form that is mostly written, without the
// general parser.
func basicInstant(s string) (utc string, ok bool) {
	const form = "00000000T000000Z"
	if len(s) != len(form) || s[8] != 'T' || s[15] != 'Z' {
		return "", false
	}
	for i := range len(s) {
		if i != 8 && i != 15 && (s[i] < '0' || s[i] > '9') {
			return "", false
		}
	}
	if d, ok := parseDate(s[:8]); !ok || d.Year == 0 || s[9:11] > "23" || s[11:13] > "59" || s[13:15] > "59" {
		return "", false
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:8] + "T" + s[9:11] + ":" + s[11:13] + ":" + s[13:], true
}

// instant writes an instant of JSContact for a vCard; ok is false where it is none, or
// has a fraction of a second.
func instant(utc string, v Version) (string, bool) {
	t, err := time.Parse(time.RFC3339, utc)
	if err != nil || t.Nanosecond() != 0 {
		return "", false
	}
	if v == V40 {
		return t.UTC().Format("20060102T150405Z"), true
	}
	return t.UTC().Format("2006-01-02T15:04:05Z"), true
}
