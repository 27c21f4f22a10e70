package metrics

import (
	"errors"
	"iter"

	"github.com/rapport-go/rapport/internal/binenc"
)

// NPS is the net promoter score exactly as the field prints it, % promoters minus
// % detractors, as a [Ratio] from -1 to 1 ([Ratio.Percent] gives the customary
// -100 to 100). A negative count is [ErrOutOfRange], no answer at all [ErrNoData].
//
// Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review,
// December 2003.
func NPS(promoters, passives, detractors int64) (Ratio, error) {
	n := NetPromoter{Promoters: promoters, Passives: passives, Detractors: detractors}
	return n.Score()
}

// CSAT is the customer satisfaction score, satisfied / total * 100, as a [Ratio].
// A negative count or more satisfied than total is [ErrOutOfRange], total of zero
// [ErrNoData].
func CSAT(satisfied, total int64) (Ratio, error) {
	return Proportion{Hits: satisfied, Total: total}.Ratio()
}

// A Scored row carries one answer on a survey's numeric scale.
type Scored interface{ Score() int }

// NetPromoter counts answers to "how likely are you to recommend us?", whole
// numbers from 0 to 10, by class: promoters 9-10, passives 7-8, detractors 0-6.
// Anything else is counted as Invalid and enters no figure; nothing is clamped.
//
// The zero value is empty and ready. The fields may be filled from counts that a
// database made ([NetPromoterFromCounts] checks them). Not safe for concurrent
// use; merge one per goroutine.
type NetPromoter struct {
	Promoters  int64 `json:"promoters"`
	Passives   int64 `json:"passives"`
	Detractors int64 `json:"detractors"`
	Invalid    int64 `json:"invalid"`
}

// NetPromoterFromCounts is the state that the answers behind the counts would
// give. A negative count is [ErrOutOfRange].
func NetPromoterFromCounts(promoters, passives, detractors int64) (NetPromoter, error) {
	n := NetPromoter{Promoters: promoters, Passives: passives, Detractors: detractors}
	return n, n.check()
}

// NetPromoterOf counts every row. Look at Invalid before the figure is published.
func NetPromoterOf[S Scored](rows iter.Seq[S]) NetPromoter {
	var n NetPromoter
	for row := range rows {
		n.count(row.Score())
	}
	return n
}

// count is tally without a branch that the processor could mispredict.
func (n *NetPromoter) count(score int) {
	s := uint(score)
	n.Promoters += bit(s-9 <= 1)
	n.Passives += bit(s-7 <= 1)
	n.Detractors += bit(s <= 6)
	n.Invalid += bit(s > 10)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// errScore is the error of an invalid answer. It carries no value, so that a
// stream full of them allocates nothing.
var errScore error = &ValueError{Field: "score", Value: "not an answer of the scale", Why: "whole numbers from 0 to 10 are", Err: ErrOutOfRange}

// Add counts one answer. A score outside 0 to 10 is counted as Invalid and
// reported as [ErrOutOfRange]; a caller for whom such rows are normal (a code for
// "no answer") ignores the error.
func (n *NetPromoter) Add(score int) error {
	n.count(score)
	if uint(score) > 10 {
		return errScore
	}
	return nil
}

func (n NetPromoter) check() error {
	return errors.Join(count("promoters", n.Promoters), count("passives", n.Passives),
		count("detractors", n.Detractors), count("invalid", n.Invalid))
}

// N is the number of valid answers.
func (n NetPromoter) N() int64 { return n.Promoters + n.Passives + n.Detractors }

// Score is (promoters - detractors) / answers, see [NPS].
func (n NetPromoter) Score() (Ratio, error) {
	if err := n.check(); err != nil {
		return Ratio{}, err
	}
	total, err := n.total()
	if err != nil {
		return Ratio{}, err
	}
	return ratioOf(n.Promoters-n.Detractors, total), nil
}

func (n NetPromoter) total() (int64, error) {
	total, err := sum("answers", n.Promoters, n.Passives)
	if err == nil {
		total, err = sum("answers", total, n.Detractors)
	}
	if err == nil && total == 0 {
		err = faultInt(ErrNoData, "answers", 0, "no valid answer")
	}
	return total, err
}

// Merge adds the counts of another state. On overflow n is unchanged.
func (n *NetPromoter) Merge(o NetPromoter) error {
	var out NetPromoter
	var errs [4]error
	out.Promoters, errs[0] = sum("promoters", n.Promoters, o.Promoters)
	out.Passives, errs[1] = sum("passives", n.Passives, o.Passives)
	out.Detractors, errs[2] = sum("detractors", n.Detractors, o.Detractors)
	out.Invalid, errs[3] = sum("invalid", n.Invalid, o.Invalid)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	*n = out
	return nil
}

var (
	kindNetPromoter   = binenc.Kind{'M', 'N', 'P', 'S'}
	configNetPromoter = binenc.Hash("net promoter", "0-10", "9", "7")
)

// MarshalBinary writes the state.
func (n NetPromoter) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindNetPromoter, configNetPromoter, n.Promoters, n.Passives, n.Detractors, n.Invalid)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (n *NetPromoter) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindNetPromoter, configNetPromoter, &n.Promoters, &n.Passives, &n.Detractors, &n.Invalid)
}
