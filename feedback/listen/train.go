package listen

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rapport-go/rapport/internal/stat"
)

// TrainOptions shape training. A zero field is its default.
type TrainOptions struct {
	MinLabels int     // comments of a language and domain below which nothing is trained; 100
	Folds     int     // parts of the cross-validation; 5, at most 20
	Floor     float64 // balanced accuracy below which the language is not supported; 0.65
	Level     float64 // of the interval of the balanced accuracy; 0.95
	Seed      uint64  // of the order in which comments are visited; 1
	MaxLabels int     // comments in all beyond which training is refused; 1,000,000
}

// Report says how good the model of one language and domain is, on comments that it
// was not trained on.
type Report struct {
	Language string // with its script, such as "ja-Jpan"
	Domain   string
	Support  Support // Supported, TooFew, OneClass or BelowFloor
	N        int     // distinct comments after contradictions and repetitions
	Positive int     // of them
	Dropped  int     // repeated, contradictory or empty comments

	// The following are set only where there were labels enough to train on.
	Folds     int
	Confusion [2][2]int64 // held-out comments: by true, then told polarity; negative first
	Balanced  float64     // mean of the shares of negatives and of positives that were told right
	Low, High float64     // its interval, from the Wilson intervals of the two shares (MOVER; Donner and Zou 2012)
	Familiar  float64     // the least share of known n-grams that a text must have, below which it is unfamiliar
}

// String is the report in one line.
func (r Report) String() string {
	name := r.Language
	if r.Domain != "" {
		name += "/" + r.Domain
	}
	if r.Folds == 0 {
		return fmt.Sprintf("%s: %v, %d labels (%d positive)", name, r.Support, r.N, r.Positive)
	}
	return fmt.Sprintf("%s: %v, %d labels (%d positive), balanced accuracy %.3f [%.3f, %.3f] by %d-fold cross-validation, "+
		"negatives right %d of %d, positives right %d of %d", name, r.Support, r.N, r.Positive, r.Balanced, r.Low, r.High, r.Folds,
		r.Confusion[0][0], r.Confusion[0][0]+r.Confusion[0][1], r.Confusion[1][1], r.Confusion[1][0]+r.Confusion[1][1])
}

func (o *TrainOptions) defaults() (TrainOptions, error) {
	opt := TrainOptions{100, 5, 0.65, 0.95, 1, 1_000_000}
	if o != nil {
		opt = TrainOptions{
			cmp.Or(o.MinLabels, opt.MinLabels), cmp.Or(o.Folds, opt.Folds), cmp.Or(o.Floor, opt.Floor),
			cmp.Or(o.Level, opt.Level), cmp.Or(o.Seed, opt.Seed), cmp.Or(o.MaxLabels, opt.MaxLabels),
		}
	}
	fs := faults{err: ErrTrain}
	if opt.MinLabels < 20 {
		fs.add("MinLabels", "%d is below 20", opt.MinLabels)
	}
	if opt.Folds < 2 || opt.Folds > 20 {
		fs.add("Folds", "%d is not 2 to 20", opt.Folds)
	}
	if !(opt.Floor >= 0.5 && opt.Floor < 1) {
		fs.add("Floor", "%v is not from 0.5 to below 1", opt.Floor)
	}
	if !(opt.Level > 0 && opt.Level < 1) {
		fs.add("Level", "%v is not between 0 and 1", opt.Level)
	}
	if opt.MaxLabels < 1 {
		fs.add("MaxLabels", "%d is below one", opt.MaxLabels)
	}
	return opt, fs.join()
}

// maxFaults bounds how many bad samples are reported.
const maxFaults = 20

// Train makes a model of each language and domain among the samples, and judges it by
// cross-validation: every comment is told once by a model that has not seen it. The
// result depends on the set of samples and the options alone, not on their order.
// Comments that fold to the same text count once; where their labels disagree the
// majority rules, and a tie teaches nothing.
//
// A language and domain with too few labels, of one class only, or judged below the
// floor is reported and not supported. ErrTrain where none is supported, or more than
// 256 are (a model takes two megabytes for each), with the reports so far; and for a sample without a language or polarity, with no reports, the first
// twenty faults at once.
func Train(samples iter.Seq[Sample], o *TrainOptions) (*Linear, []Report, error) {
	opt, err := o.defaults()
	if err != nil {
		return nil, nil, err
	}
	groups, err := collect(samples, &opt)
	if err != nil {
		return nil, nil, err
	}
	l := newLinear()
	var reports []Report
	supported := 0
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return cmp.Or(strings.Compare(a.language, b.language), strings.Compare(a.domain, b.domain))
	}) {
		p := trainPart(g, groups[g], &opt)
		reports = append(reports, p.report)
		l.parts = append(l.parts, p)
		if p.report.Support == Supported {
			supported++
		}
		if supported > maxSupported {
			return nil, reports, fmt.Errorf("%w: more than %d languages and domains", ErrTrain, maxSupported)
		}
	}
	if supported == 0 {
		return nil, reports, fmt.Errorf("%w: no language is supported", ErrTrain)
	}
	return l, reports, nil
}

// votes are the labels of one folded text.
type votes struct{ up, down int }

func collect(samples iter.Seq[Sample], opt *TrainOptions) (map[group]map[string]votes, error) {
	groups := map[group]map[string]votes{}
	fs := faults{err: ErrTrain}
	x := newExtractor()
	n := 0
	for s := range samples {
		path := fmt.Sprintf("samples[%d]", n)
		n++
		if n > opt.MaxLabels {
			fs.add(path, "is one more than %d", opt.MaxLabels)
			break
		}
		good := true
		key, known := languageKey(s.Language)
		if !known {
			fs.add(path+".Language", "is not known")
			good = false
		}
		if s.Polarity != Negative && s.Polarity != Positive {
			fs.add(path+".Polarity", "is required")
			good = false
		}
		if !good {
			if len(fs.list) >= maxFaults {
				break
			}
			continue
		}
		g := group{key, s.Domain}
		if groups[g] == nil {
			groups[g] = map[string]votes{}
		}
		text := string(x.fold(s.Text))
		v := groups[g][text]
		if s.Polarity == Positive {
			v.up++
		} else {
			v.down++
		}
		groups[g][text] = v
	}
	if n == 0 {
		return nil, errors.Join(fmt.Errorf("%w: no samples", ErrTrain), ErrNoData)
	}
	return groups, fs.join()
}

// trainPart trains and judges one language and domain.
func trainPart(g group, texts map[string]votes, opt *TrainOptions) *part {
	p := &part{report: Report{Language: g.language, Domain: g.domain}}
	examples, folds := p.prepare(texts, opt.Folds)
	r := &p.report
	switch {
	case r.N < opt.MinLabels:
		r.Support = TooFew
		return p
	case min(r.Positive, r.N-r.Positive) < 2*opt.Folds:
		r.Support = OneClass
		return p
	}
	r.Folds = opt.Folds
	var coverage []float64
	for fold := range opt.Folds {
		var in, out []example
		for i, e := range examples {
			if folds[i] == fold {
				out = append(out, e)
			} else {
				in = append(in, e)
			}
		}
		rare := newRarity(in)
		m := fit(rare.weighed(in), opt.Seed)
		var fs []feature
		for _, e := range out {
			fs = rare.weigh(fs[:0], e.features)
			r.Confusion[side(e.label)][side(m.margin(fs))]++
			coverage = append(coverage, rare.share(e.features))
		}
	}
	r.judge(opt)
	// One in a hundred held-out comments of the same kind falls below it.
	slices.Sort(coverage)
	r.Familiar = stat.QuantileType7(coverage, 0.01)
	rare := newRarity(examples)
	p.finish(fit(rare.weighed(examples), opt.Seed), rare)
	return p
}

// prepare settles labels, orders the texts by their hash, and deals them into folds,
// each polarity in turn.
func (p *part) prepare(texts map[string]votes, folds int) (examples []example, fold []int) {
	type labelled struct {
		text  string
		hash  uint64
		label float64
	}
	var list []labelled
	for text, v := range texts { // sorted below
		p.report.Dropped += v.up + v.down
		if v.up == v.down || utf8.RuneCountInString(text) < 3 {
			continue
		}
		h := fnv.New64a()
		_, _ = h.Write([]byte(text)) // a hash never fails
		label := 1.0
		if v.up < v.down {
			label = -1
		}
		list = append(list, labelled{text, h.Sum64(), label})
	}
	slices.SortFunc(list, func(a, b labelled) int { return cmp.Or(cmp.Compare(a.hash, b.hash), strings.Compare(a.text, b.text)) })
	p.report.N = len(list)
	p.report.Dropped -= len(list)
	x := newExtractor()
	var dealt [2]int
	for _, s := range list {
		if s.label > 0 {
			p.report.Positive++
		}
		examples = append(examples, example{slices.Clone(x.features(s.text)), s.label, 1})
		fold = append(fold, dealt[side(s.label)]%folds)
		dealt[side(s.label)]++
	}
	return examples, fold
}

// side is the row or column of a sign: 0 for negative. A margin of zero is negative's.
func side(v float64) int {
	if v > 0 {
		return 1
	}
	return 0
}

func (r *Report) judge(opt *TrainOptions) {
	var shares, lows, highs [2]float64
	for i, row := range r.Confusion {
		n := float64(row[0] + row[1])
		shares[i] = float64(row[i]) / n
		lows[i], highs[i] = stat.Wilson(float64(row[i]), n, opt.Level)
	}
	r.Balanced = (shares[0] + shares[1]) / 2
	r.Low = r.Balanced - math.Hypot(shares[0]-lows[0], shares[1]-lows[1])/2
	r.High = r.Balanced + math.Hypot(highs[0]-shares[0], highs[1]-shares[1])/2
	r.Support = Supported
	if r.Balanced < opt.Floor || r.Low <= 0.5 {
		r.Support = BelowFloor
	}
}
