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

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Sentiment) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*s = Sentiment{}
		return nil
	}
	var score float64
	if err := json.Unmarshal(data, &score); err != nil {
		return err
	}
	got, err := NewSentiment(score)
	if err == nil {
		*s = got
	}
	return err
}
