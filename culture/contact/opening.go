package contact

import (
	"errors"
	"fmt"
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
	Reasons []Reason // that close the first day
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
// refusals are those of the question: nothing is assumed to be tried meanwhile.
//
// Errors: [ErrQuestion], [ErrZone]; [ErrClosed], a *[ClosedError], where nothing opens
// within [Horizon] days.
func (d *Desk) Next(q Question, from time.Time) (Opening, error) {
	q, err := q.ready()
	if err != nil {
		return Opening{}, err
	}
	from = from.In(q.Zone)
	first := civil.Of(from)
	var reasons []Reason
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
		if n == 0 {
			for _, v := range day.views {
				if v.shut {
					reasons = append(reasons, v.reason)
				}
			}
		}
	}
	return Opening{}, &ClosedError{From: from, Reasons: reasons}
}

// Days gives n local days from a date on as data, to be handed to a calendar: at most
// [Horizon] days. Limits of attempts are judged at the start of each day.
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
		day := d.day(&q, culture.Date(date), date.Start(q.Zone))
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
	open := d.hours(Legal)
	for i := range d.parts {
		open = both(open, d.parts[i].open)
	}
	said := false
	for i := range d.views {
		said = said || d.views[i].kind == Personal
	}
	if said {
		return both(open, d.hours(Personal))
	}
	return both(open, d.hours(Customary))
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
