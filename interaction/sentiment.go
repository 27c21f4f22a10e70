package interaction

import (
	"encoding/json"
	"fmt"
	"math"
)

// Sentiment is how a customer felt in one contact, between -1 (very negative)
// and 1 (very positive), kept in hundredths. The zero value is "not measured",
// which is not the same as neutral. Values compare with ==.
type Sentiment struct {
	hundredths int8
	known      bool
}

// NewSentiment takes a score between -1 and 1 and rounds it to hundredths, half
// away from zero. Anything else, NaN included, is ErrInvalid.
func NewSentiment(score float64) (Sentiment, error) {
	if !(score >= -1 && score <= 1) {
		return Sentiment{}, &FieldError{Field: "sentiment", Value: fmt.Sprint(score), Detail: "must lie between -1 and 1", Err: ErrInvalid}
	}
	return Sentiment{hundredths: int8(math.Round(score * 100)), known: true}, nil
}

// Score is the sentiment between -1 and 1; ok is false when it was not measured.
func (s Sentiment) Score() (score float64, ok bool) { return float64(s.hundredths) / 100, s.known }

// IsZero reports whether nothing was measured.
func (s Sentiment) IsZero() bool { return !s.known }

// String writes "+0.40", "-1.00" or "unknown".
func (s Sentiment) String() string {
	if !s.known {
		return "unknown"
	}
	return fmt.Sprintf("%+.2f", float64(s.hundredths)/100)
}

// MarshalJSON writes the score, or null when it was not measured.
func (s Sentiment) MarshalJSON() ([]byte, error) {
	if !s.known {
		return []byte("null"), nil
	}
	return json.Marshal(float64(s.hundredths) / 100)
}

// UnmarshalJSON reads what MarshalJSON writes; anything else is ErrInvalid.
func (s *Sentiment) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*s = Sentiment{}
		return nil
	}
	var score float64
	if err := json.Unmarshal(data, &score); err != nil {
		return &FieldError{Field: "sentiment", Value: shorten(string(data)), Detail: "must be a number or null", Err: ErrInvalid}
	}
	got, err := NewSentiment(score)
	if err == nil {
		*s = got
	}
	return err
}

// A Trajectory follows the sentiment of one issue or customer over its contacts,
// in order. The zero value has seen nothing. It is a value: Next gives a new one.
type Trajectory struct {
	N           int       // measured contacts
	First, Last Sentiment // of them
	Falls       int       // contacts in a row, up to the latest, each lower than the one before
	Steepest    float64   // the largest fall between two contacts in a row, 0 to 2
	LastFall    float64   // the fall from the contact before to the latest, 0 to 2
}

// Next follows one more contact. One without a measurement changes nothing.
func (t Trajectory) Next(s Sentiment) Trajectory {
	if s.IsZero() {
		return t
	}
	if t.N == 0 {
		return Trajectory{N: 1, First: s, Last: s}
	}
	t.N++
	t.LastFall = max(0, float64(t.Last.hundredths)-float64(s.hundredths)) / 100
	t.Steepest = max(t.Steepest, t.LastFall)
	if t.LastFall > 0 {
		t.Falls++
	} else {
		t.Falls = 0
	}
	t.Last = s
	return t
}

// Change is the sentiment of the latest contact less that of the first, -2 to 2;
// ok is false with fewer than two measurements.
func (t Trajectory) Change() (change float64, ok bool) {
	if t.N < 2 {
		return 0, false
	}
	return float64(int(t.Last.hundredths)-int(t.First.hundredths)) / 100, true
}

// MoodLimits say when a trajectory is alarming.
type MoodLimits struct {
	Falls  int     // this many falls in a row; 0: never
	Strong float64 // one fall of this much, 0 to 2; 0: never
}

// DefaultMoodLimits are two falls in a row, or one of 0.6. The rule is the
// field's, the 0.6 is house judgement.
func DefaultMoodLimits() MoodLimits { return MoodLimits{Falls: 2, Strong: 0.6} }

// Alarm reports whether the latest contact is alarming, and why.
func (t Trajectory) Alarm(l MoodLimits) (alarm bool, why string) {
	switch {
	case l.Strong > 0 && t.LastFall >= l.Strong:
		return true, fmt.Sprintf("the mood fell by %.2f to %s at once", t.LastFall, t.Last)
	case l.Falls > 0 && t.Falls >= l.Falls:
		return true, fmt.Sprintf("the mood fell %d times in a row, to %s", t.Falls, t.Last)
	default:
		return false, ""
	}
}

// Trajectory follows the sentiment over the whole timeline.
func (t Timeline) Trajectory() Trajectory {
	var out Trajectory
	t.byTime.walk(nil, nil, func(x *Interaction) bool {
		out = out.Next(x.Sentiment)
		return true
	})
	return out
}
