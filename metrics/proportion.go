package metrics

import (
	"errors"

	"github.com/rapport-go/rapport/internal/binenc"
)

// A Proportion is a share by its counts: Hits of Total. It is what a sample says
// about a rate, so it has a ratio and an interval, and it merges. The zero value
// is empty. CSAT, first-contact resolution, SLA attainment, repeat purchase and
// set-based retention are proportions.
type Proportion struct {
	Hits  int64 `json:"hits"`
	Total int64 `json:"total"`
}

// ProportionFromCounts checks the counts: a negative one, or more hits than total,
// is [ErrOutOfRange].
func ProportionFromCounts(hits, total int64) (Proportion, error) {
	p := Proportion{hits, total}
	return p, p.check()
}

func (p Proportion) check() error { return part("hits", p.Hits, "total", p.Total) }

// Add counts one trial.
func (p *Proportion) Add(hit bool) error {
	p.Total++
	if hit {
		p.Hits++
	}
	return nil
}

// Ratio is Hits / Total. Impossible counts are [ErrOutOfRange], a Total of zero is
// [ErrNoData].
func (p Proportion) Ratio() (Ratio, error) {
	if err := p.defined(); err != nil {
		return Ratio{}, err
	}
	return ratioOf(p.Hits, p.Total), nil
}

func (p Proportion) defined() error {
	if err := p.check(); err != nil {
		return err
	}
	if p.Total == 0 {
		return faultInt(ErrNoData, "total", 0, "no trial")
	}
	return nil
}

// Complement is the proportion of the others: churn from retention.
func (p Proportion) Complement() Proportion { return Proportion{p.Total - p.Hits, p.Total} }

// Merge adds the counts of another proportion. On overflow p is unchanged.
func (p *Proportion) Merge(o Proportion) error {
	hits, err1 := sum("hits", p.Hits, o.Hits)
	total, err2 := sum("total", p.Total, o.Total)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	*p = Proportion{hits, total}
	return nil
}

var (
	kindProportion   = binenc.Kind{'M', 'P', 'R', 'O'}
	configProportion = binenc.Hash("proportion")
)

// MarshalBinary writes the state.
func (p Proportion) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindProportion, configProportion, p.Hits, p.Total)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (p *Proportion) UnmarshalBinary(data []byte) error {
	var read Proportion
	if err := unmarshalCounts(data, kindProportion, configProportion, &read.Hits, &read.Total); err != nil {
		return err
	}
	if err := read.check(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*p = read
	return nil
}
