package contact

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/civil"
)

// Opening is a stretch of time in which a person may be contacted, [Start, End), in
// the recipient's zone.
type Opening struct {
	Start time.Time
	End   time.Time
}

// Day is one local day as data for a host's calendar: the hours of each part, and
// those that all parts share.
type Day struct {
	Date      culture.Date
	Holiday   string
	Legal     []culture.Hours
	Customary []culture.Hours
	Personal  []culture.Hours
	Open      []culture.Hours // law, also of every part of the region it may be, and person; and custom where the person has said nothing
	Openings  []Opening       // the same as instants
}

// ClosedError says why nothing opens.
type ClosedError struct {
	From    time.Time
	Reasons []Reason // what closes the first day; also whose hours are narrow, where nothing closes every day
}

// Error names the reasons.
func (e *ClosedError) Error() string {
	s := fmt.Sprintf("%v: nothing opens within %d days after %s", ErrClosed, Horizon, e.From.Format(time.RFC3339))
	for _, r := range e.Reasons {
		s += fmt.Sprintf("; %s: %s", r.Rule, r.Why)
	}
	return s
}

// Unwrap gives [ErrClosed].
func (e *ClosedError) Unwrap() error { return ErrClosed }

// Next is the first time at or after an instant at which contact is advised, by
// [Decision.Advised], with the end of that stretch on its local day. Attempts and
// refusals are those of the question up to that instant: what lies ahead of it is left
// out, and nothing is assumed to be tried meanwhile.
//
// Errors: [ErrQuestion], [ErrZone]; [ErrClosed], a *[ClosedError], where nothing opens
// within [Horizon] days.
func (d *Desk) Next(q Question, from time.Time) (Opening, error) {
	q, err := q.ready()
	if err != nil {
		return Opening{}, err
	}
	from = from.In(q.Zone)
	q.Attempts = q.Attempts[:q.made(from)]
	if q.Refused.After(from) {
		q.Refused = time.Time{}
	}
	first := localDay(from)
	var closing []view // of the first day, by rule
	always := map[string]bool{}
	for n := range Horizon {
		date := first.AddDays(n)
		at := date.Start(q.Zone)
		if n == 0 {
			at = from
		}
		day := d.day(&q, culture.Date(date), at)
		for _, h := range day.open() {
			start, end := day.at(h.From), day.at(h.Before)
			if start.Before(from) {
				start = from
			}
			if start.Before(end) {
				return Opening{start, end}, nil
			}
		}
		views := day.counting()
		if n == 0 {
			closing = views
		}
		for i := range views {
			id := views[i].reason.Rule
			always[id] = views[i].shut && (n == 0 || always[id])
		}
	}
	return Opening{}, &ClosedError{From: from, Reasons: reasons(closing, always)}
}

// reasons are why nothing opens: the rules that close the first day; and where none of
// them closes every day, those whose hours leave none that all share.
func reasons(first []view, always map[string]bool) []Reason {
	narrow := true
	for i := range first {
		narrow = narrow && !always[first[i].reason.Rule]
	}
	var out []Reason
	for i := range first {
		v := &first[i]
		switch {
		case v.shut:
		case narrow && !slices.Equal(v.open, whole()):
			v.reason.Why = "its hours share none with those of the others"
		default:
			continue
		}
		v.reason.Standing, v.reason.Sources = Closed, slices.Clone(v.reason.Sources)
		out = append(out, v.reason)
	}
	return out
}

// Days gives n local days from a date on as data, to be handed to a calendar: at most
// [Horizon] days. Attempts and refusals of a day count for the whole of it: a limit that
// they reach closes that day, too.
func (d *Desk) Days(q Question, from culture.Date, n int) ([]Day, error) {
	q, err := q.ready()
	if err == nil && (n < 0 || n > Horizon) {
		err = fmt.Errorf("%w: days: must be 0 to %d, is %d", ErrQuestion, Horizon, n)
	}
	if err == nil && !civil.Date(from).Valid() {
		err = errors.Join(err, fmt.Errorf("%w: from: no date", ErrQuestion))
	}
	if err != nil {
		return nil, err
	}
	out := make([]Day, n)
	for i := range out {
		date := civil.Date(from).AddDays(i)
		day := d.day(&q, culture.Date(date), date.AddDays(1).Start(q.Zone).Add(-1))
		out[i] = Day{
			Date: culture.Date(date), Holiday: day.holiday, Open: day.open(),
			Legal: day.hours(Legal), Customary: day.hours(Customary), Personal: day.hours(Personal),
		}
		for _, h := range out[i].Open {
			if o := (Opening{day.at(h.From), day.at(h.Before)}); o.Start.Before(o.End) {
				out[i].Openings = append(out[i].Openings, o)
			}
		}
	}
	return out, nil
}

// hours are the hours that all rules of a kind share.
func (d *day) hours(k Kind) []culture.Hours {
	open := whole()
	for i := range d.views {
		if d.views[i].kind == k {
			open = both(open, d.views[i].open)
		}
	}
	return open
}

func (d *day) open() []culture.Hours {
	open := whole()
	for _, v := range d.counting() {
		open = both(open, v.open)
	}
	return open
}

// counting are the views that bear on whether contact is advised: law, also of every
// part of the region it may be, and the person; custom where the person has said
// nothing.
func (d *day) counting() []view {
	said := slices.ContainsFunc(d.views, func(v view) bool { return v.kind == Personal })
	out := slices.Clone(d.parts)
	for _, v := range d.views {
		if v.kind != Customary || !said {
			out = append(out, v)
		}
	}
	return out
}

// Opener answers one question again and again: what is waiting to be sent asks it for
// the next time. It has the one method that senders of other packages ask for.
type Opener struct {
	desk     *Desk
	question Question
}

// Opener makes an opener of a question.
func (d *Desk) Opener(q Question) Opener { return Opener{d, q} }

// NextOpen is the start of [Desk.Next].
func (o Opener) NextOpen(from time.Time) (time.Time, error) {
	next, err := o.desk.Next(o.question, from)
	return next.Start, err
}
