package contact

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// Sentinels.
var (
	// ErrQuestion says that a question lacks what it needs.
	ErrQuestion = errors.New("contact: question not complete")
	// ErrZone says that the recipient's zone is not known: the region has several, or the
	// system holds no data of its zone.
	ErrZone = errors.New("contact: the recipient's zone is not known")
	// ErrClosed says that nothing opens.
	ErrClosed = errors.New("contact: closed")
)

// Question is who is to be contacted, how, and why. Region, Purpose and Channel are
// required.
type Question struct {
	Region   language.Region // where the recipient is
	Place    string          // a part of the region by ISO 3166-2, such as US-FL; empty: not known
	Zone     *time.Location  // the recipient's; nil: that of the region, where it has just one
	Purpose  Purpose
	Channel  Channel
	Audience Audience // 0 is Consumer

	Consent  bool        // the recipient has agreed to be contacted so for this purpose
	Bound    bool        // it is about a running contract
	Attempts []time.Time // earlier attempts, in any order; those that lie ahead are left out
	Refused  time.Time   // when the recipient last said no; zero: never

	Own Own // what the recipient has said

	// Holidays names a local date's holiday, by the host's own calendar; nil: none.
	Holidays func(culture.Date) (name string, ok bool)
	// Avoid gives hours of a local date that are to be left alone, such as times of
	// prayer or a nap that the host knows of; they count as custom. Hours that name days
	// of the week hold on these only. Nil: none.
	Avoid func(culture.Date) []culture.Hours
}

// Own is what a person has said or shown about being contacted.
type Own struct {
	Hours    []culture.Hours // when they wish to be contacted; days that none names are closed; none: nothing said
	Never    []Channel       // not by these
	Observed bool            // shown by what they did, not said: it still yields to a law
}

const dayEnd = culture.TimeOfDay(24 * 60)

// Horizon is how many days ahead an opening is looked for.
const Horizon = 400

// ready checks a question and fills in what follows from it.
func (q Question) ready() (Question, error) {
	q.Region = q.Region.Canonicalize() // UK is GB
	var errs []error
	bad := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s: %s", ErrQuestion, field, fmt.Sprintf(format, args...)))
	}
	if q.Region == (language.Region{}) || !q.Region.IsCountry() {
		bad("region", "must be a country")
	}
	if q.Place != "" && (!placed(q.Place) || !strings.HasPrefix(q.Place, q.Region.String()+"-")) {
		bad("place", "must be a part of %s, such as %s-1", q.Region, q.Region)
	}
	if q.Purpose < ServiceReply || q.Purpose > Collections {
		bad("purpose", "must be given")
	}
	if q.Channel < Call || q.Channel > Visit {
		bad("channel", "must be given")
	}
	if q.Audience == 0 {
		q.Audience = Consumer
	}
	if q.Audience > Business {
		bad("audience", "must be consumer or business")
	}
	for i, h := range q.Own.Hours {
		if h.From < 0 || h.Before <= h.From || h.Before > dayEnd {
			bad(fmt.Sprintf("own.hours[%d]", i), "must be a stretch within one day; split one over midnight")
		}
	}
	if len(q.Attempts) > 100_000 {
		bad("attempts", "more than 100,000")
	}
	if errs == nil && q.Zone == nil {
		loc, err := zoneOf(q.Region)
		if err != nil {
			errs = append(errs, err)
		}
		q.Zone = loc
	}
	q.Attempts = slices.Clone(q.Attempts)
	slices.SortFunc(q.Attempts, time.Time.Compare)
	return q, errors.Join(errs...)
}

// zoneOf is the only zone of a region.
func zoneOf(r language.Region) (*time.Location, error) {
	t, ok := culture.TerritoryOf(r)
	if !ok || len(t.Zones()) == 0 {
		return nil, fmt.Errorf("%w: no zone of %s is known, name one", ErrZone, r)
	}
	if len(t.Zones()) > 1 {
		return nil, fmt.Errorf("%w: %s has several, name one", ErrZone, r)
	}
	loc, err := time.LoadLocation(t.Zones()[0])
	if err != nil {
		return nil, fmt.Errorf("%w: the system has no data of %s, name one", ErrZone, t.Zones()[0])
	}
	return loc, nil
}
