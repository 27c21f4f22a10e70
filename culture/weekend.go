package culture

import (
	"slices"
	"sync"
	"time"
)

// WeekendRecord says which days a region rested on in a stretch of time, where CLDR is
// not enough: it knows only the present, and only days in a row.
type WeekendRecord struct {
	Region   string // ISO 3166-1, such as "AE"
	From     Date   // first day; zero for as long as is known
	Until    Date   // last day; zero while it holds
	Days     Weekdays
	Note     string
	Source   Source
	Reviewed Date // when the record was last compared with its source
}

// The usual pairs of days of rest.
const (
	thursdayFriday Weekdays = 1<<time.Thursday | 1<<time.Friday
	fridaySaturday Weekdays = 1<<time.Friday | 1<<time.Saturday
	saturdaySunday Weekdays = 1<<time.Saturday | 1<<time.Sunday
)

// WeekendRecords returns the records, by region and then by time. They were gathered from
// secondary texts, each of which names the day of the change or at least the year.
func WeekendRecords() []WeekendRecord { return slices.Clone(weekendRecords()) }

// weekendRecords is made once and then only read.
var weekendRecords = sync.OnceValue(func() []WeekendRecord {
	holidays := Source{ID: "python-holidays", URL: "https://github.com/vacanza/holidays", Publisher: "python-holidays, weekends by country, with references", Tier: TierB, Origin: "vacanza"}
	jollyday := Source{ID: "jollyday", URL: "https://github.com/focus-shift/jollyday/pull/1458", Publisher: "Jollyday, non-working days by country", Tier: TierC, Origin: "jollyday"}
	independent := Source{ID: "independent-ae", URL: "https://independent.co.uk/news/world/middle-east/uae-weekends-saturday-sunday-2022-b1971166.html", Publisher: "The Independent, 7 December 2021", Tier: TierB, Origin: "wam"}
	national := Source{ID: "thenational", URL: "https://www.thenationalnews.com/mena/2021/12/07/when-is-the-weekend-in-the-arab-world", Publisher: "The National, 7 December 2021", Tier: TierB, Origin: "thenational"}
	reuters := Source{ID: "reuters-sa", URL: "https://bruneiresources.blogspot.com/2013/06/which-weekend-for-brunei.html", Publisher: "Reuters, 24 June 2013, as quoted by Brunei Resources", Tier: TierC, Origin: "reuters"}
	reviewed := Date{2026, time.November, 22}
	at := func(y int, m time.Month, d int) Date { return Date{y, m, d} }
	return []WeekendRecord{
		{"AE", Date{}, at(2005, time.December, 31), thursdayFriday, "changed in 2006; the year only is known", independent, reviewed},
		{"AE", at(2006, time.January, 1), at(2021, time.December, 31), fridaySaturday, "", independent, reviewed},
		{"AE", at(2022, time.January, 1), Date{}, saturdaySunday, "Friday afternoon is free in the public sector, too", independent, reviewed},
		{"BD", at(2005, time.January, 1), Date{}, fridaySaturday, "CLDR has Saturday and Sunday", jollyday, reviewed},
		{"BN", Date{}, Date{}, WeekdaysOf(time.Friday, time.Sunday), "the public sector works on Saturday; CLDR can only say days in a row", holidays, reviewed},
		{"DZ", at(1976, time.January, 1), at(2008, time.December, 31), thursdayFriday, "the years only are known", national, reviewed},
		{"KW", Date{}, at(2007, time.August, 31), thursdayFriday, "", holidays, reviewed},
		{"OM", Date{}, at(2013, time.April, 30), thursdayFriday, "changed in May 2013; the day is taken to be the first", reuters, reviewed},
		{"QA", Date{}, at(2003, time.July, 31), thursdayFriday, "", holidays, reviewed},
		{"SA", Date{}, at(2013, time.June, 27), thursdayFriday, "", holidays, reviewed},
		{"SD", Date{}, at(2008, time.January, 25), WeekdaysOf(time.Friday), "", holidays, reviewed},
		{"YE", Date{}, at(2013, time.August, 14), thursdayFriday, "Jollyday has 2012", holidays, reviewed},
	}
})

// weekendRecord finds the record that holds on a day; the zero Date is the present.
func weekendRecord(region string, on Date) (WeekendRecord, bool) {
	records := weekendRecords()
	i := slices.IndexFunc(records, func(r WeekendRecord) bool {
		if r.Region != region {
			return false
		}
		if on.IsZero() {
			return r.Until.IsZero()
		}
		return r.From.Compare(on) <= 0 && (r.Until.IsZero() || on.Compare(r.Until) <= 0)
	})
	if i < 0 {
		return WeekendRecord{}, false
	}
	return records[i], true
}
