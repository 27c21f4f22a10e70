package contact

import (
	"slices"
	"time"

	"github.com/rapport-go/rapport/culture"
)

// of are the hours on a day of the week, in order and joined. Hours that name no day
// are of every day.
func of(list []culture.Hours, day time.Weekday) []culture.Hours {
	var out []culture.Hours
	for _, h := range list {
		if h.Days == 0 || h.Days.Has(day) {
			out = append(out, culture.Hours{From: h.From, Before: h.Before})
		}
	}
	slices.SortFunc(out, func(a, b culture.Hours) int { return int(a.From - b.From) })
	joined := out[:0]
	for _, h := range out {
		if n := len(joined); n > 0 && h.From <= joined[n-1].Before {
			joined[n-1].Before = max(joined[n-1].Before, h.Before)
			continue
		}
		joined = append(joined, h)
	}
	return joined
}

// without are hours less others.
func without(open, less []culture.Hours) []culture.Hours {
	for _, l := range less {
		var out []culture.Hours
		for _, h := range open {
			if before := min(h.Before, l.From); h.From < before {
				out = append(out, culture.Hours{From: h.From, Before: before})
			}
			if from := max(h.From, l.Before); from < h.Before {
				out = append(out, culture.Hours{From: from, Before: h.Before})
			}
		}
		open = out
	}
	return open
}

// both are the hours that two lists share.
func both(a, b []culture.Hours) []culture.Hours {
	var out []culture.Hours
	for _, x := range a {
		for _, y := range b {
			if from, before := max(x.From, y.From), min(x.Before, y.Before); from < before {
				out = append(out, culture.Hours{From: from, Before: before})
			}
		}
	}
	return out
}
