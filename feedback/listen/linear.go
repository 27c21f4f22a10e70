package listen

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Linear is a trained polarity model: a linear one for each language and domain. It is
// made by Train or UnmarshalBinary and then only read; any number of goroutines may
// share it. As a Classifier it judges the domain with the empty name; In gives others.
type Linear struct {
	parts []*part
	pool  *sync.Pool
}

// maxSupported bounds the languages and domains of one model, each of which takes two
// megabytes however few bytes it is written in.
const maxSupported = 256

type part struct {
	report Report
	w      []float32 // by bucket; nil where not supported
	rare   rarity
	bias   float64
}

func newLinear() *Linear {
	return &Linear{pool: &sync.Pool{New: func() any { return newExtractor() }}}
}

// finish keeps the trained weights in single precision.
func (p *part) finish(m *weights, rare rarity) {
	if p.report.Support != Supported {
		return
	}
	p.w = make([]float32, buckets)
	for i, w := range m.w {
		p.w[i] = float32(w)
	}
	p.bias = m.bias * biasWeight
	p.rare = rare
}

// Verdict is what a model says of one comment.
type Verdict struct {
	Support     Support  // Supported, or why nothing is said
	Polarity    Polarity // zero unless supported
	Probability float64  // that the model gives to it, 0.5 to 1; zero unless supported
	Known       float64  // share of the text's n-grams that the model has seen
}

// Judge tells the polarity of a comment in a language and domain, or why it cannot.
func (l *Linear) Judge(lang language.Tag, domain, text string) Verdict {
	p, support := l.part(lang, domain)
	if support != Supported {
		return Verdict{Support: support}
	}
	x := l.pool.Get().(*extractor) //nolint:forcetypeassert // the pool holds nothing else
	defer l.pool.Put(x)
	fs := x.features(text)
	if len(fs) == 0 {
		return Verdict{Support: NothingSaid}
	}
	v := Verdict{Support: Supported, Known: p.rare.share(fs)}
	if v.Known < p.report.Familiar {
		v.Support = Unfamiliar
		return v
	}
	x.weighed = p.rare.weigh(x.weighed[:0], fs)
	margin := p.bias
	for _, f := range x.weighed {
		margin += float64(p.w[f.bucket]) * float64(f.weight)
	}
	v.Polarity = Negative
	if margin > 0 {
		v.Polarity = Positive
	}
	v.Probability = 1 / (1 + math.Exp(-math.Abs(margin)))
	return v
}

func (l *Linear) part(lang language.Tag, domain string) (*part, Support) {
	key, known := languageKey(lang)
	if !known {
		return nil, NoLanguage
	}
	support := NoLanguage
	for _, p := range l.parts {
		if p.report.Language != key {
			continue
		}
		if p.report.Domain == domain {
			return p, p.report.Support
		}
		support = NoDomain
	}
	return nil, support
}

// Classify judges a comment in the domain with the empty name. ok is false where Judge
// says anything but Supported.
func (l *Linear) Classify(lang language.Tag, text string) (p Polarity, probability float64, ok bool) {
	return l.In("").Classify(lang, text)
}

// In is the model's view of one domain.
func (l *Linear) In(domain string) Classifier { return view{l, domain} }

type view struct {
	l      *Linear
	domain string
}

// Classify judges a comment in the view's domain.
func (v view) Classify(lang language.Tag, text string) (p Polarity, probability float64, ok bool) {
	d := v.l.Judge(lang, v.domain, text)
	return d.Polarity, d.Probability, d.Support == Supported
}

// Reports say how good each language and domain is, in order of their names; a copy.
func (l *Linear) Reports() []Report {
	out := make([]Report, 0, len(l.parts))
	for _, p := range l.parts {
		out = append(out, p.report)
	}
	return out
}

var modelKind = binenc.Kind{'P', 'O', 'L', 'A'}

const modelVersion = 1

// modelConfig changes with whatever makes weights of one build useless to another.
func modelConfig() uint64 {
	return binenc.Hash("polarity", fmt.Sprint(gramBits), fmt.Sprint(gramTop), fmt.Sprint(textTop), "nfkc-casefold", "log-tf-idf", "fnv1a-32")
}

// MarshalBinary writes the model with its version and its reports. Equal models give
// equal bytes.
func (l *Linear) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(modelKind, modelVersion, modelConfig())
	w.Uint(uint64(len(l.parts)))
	for _, p := range l.parts {
		r := &p.report
		w.String(r.Language)
		w.String(r.Domain)
		for _, n := range [...]int{int(r.Support), r.N, r.Positive, r.Dropped, r.Folds} {
			w.Uint(uint64(n))
		}
		for _, row := range r.Confusion {
			w.Uint(uint64(row[0]))
			w.Uint(uint64(row[1]))
		}
		for _, f := range [...]float64{r.Balanced, r.Low, r.High, r.Familiar, p.bias} {
			w.Float(f)
		}
		p.writeWeights(w)
	}
	return w.Frame(), nil
}

// writeWeights writes the buckets that were seen, each as its distance from the last
// and the bits of its weight and rarity.
func (p *part) writeWeights(w *binenc.Writer) {
	n, last := 0, uint32(0)
	for b := range uint32(len(p.w)) {
		if p.rare[b] > 0 {
			n++
		}
	}
	w.Uint(uint64(n))
	for b := range uint32(len(p.w)) {
		if p.rare[b] > 0 {
			w.Uint(uint64(b - last))
			w.Uint(uint64(math.Float32bits(p.w[b])))
			w.Uint(uint64(math.Float32bits(p.rare[b])))
			last = b
		}
	}
}

// UnmarshalBinary reads what MarshalBinary wrote and refuses anything else with
// ErrModel, leaving the model as it was. A model of another version or feature form is
// refused, too: train again.
func (l *Linear) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, modelKind, modelVersion)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	if r.Config() != modelConfig() {
		return fmt.Errorf("%w: %w", ErrModel, binenc.ErrConfig)
	}
	read := newLinear()
	supported := 0
	for range r.Count(50) {
		p := readPart(r)
		if r.Err() != nil {
			break
		}
		if n := len(read.parts); n > 0 && !before(read.parts[n-1].report, p.report) {
			r.Fail("parts out of order")
		}
		read.parts = append(read.parts, p)
		if p.report.Support == Supported {
			supported++
		}
		if supported > maxSupported {
			r.Fail(fmt.Sprintf("more than %d supported parts", maxSupported))
			break
		}
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrModel, err)
	}
	*l = *read
	return nil
}

func before(a, b Report) bool {
	return a.Language < b.Language || a.Language == b.Language && a.Domain < b.Domain
}

func readPart(r *binenc.Reader) *part {
	p := &part{report: Report{Language: r.String(), Domain: r.String()}}
	rep := &p.report
	count := func(limit uint64) int {
		n := r.Uint()
		if n > limit {
			r.Fail("a number beyond its bound")
			return 0
		}
		return int(n)
	}
	rep.Support = Support(count(uint64(NothingSaid)))
	rep.N, rep.Positive, rep.Dropped, rep.Folds = count(1<<40), count(1<<40), count(1<<40), count(20)
	for i := range rep.Confusion {
		rep.Confusion[i] = [2]int64{int64(count(1 << 40)), int64(count(1 << 40))}
	}
	rep.Balanced, rep.Low, rep.High, rep.Familiar, p.bias = r.Float(), r.Float(), r.Float(), r.Float(), r.Float()
	for _, f := range [...]float64{rep.Balanced, rep.Low, rep.High, rep.Familiar} {
		if !(f >= -1 && f <= 2) {
			r.Fail("a figure out of range")
		}
	}
	if math.IsNaN(p.bias) || math.IsInf(p.bias, 0) {
		r.Fail("a weight that is no number")
	}
	if !slices.Contains([]Support{Supported, TooFew, OneClass, BelowFloor}, rep.Support) || rep.Positive > rep.N {
		r.Fail("a report that training does not give")
	}
	p.readWeights(r)
	return p
}

func (p *part) readWeights(r *binenc.Reader) {
	n := r.Count(3)
	if (n > 0) != (p.report.Support == Supported) || n > buckets {
		r.Fail("weights do not fit the support")
	}
	if r.Err() != nil || n == 0 {
		return
	}
	p.w, p.rare = make([]float32, buckets), make(rarity, buckets)
	at := uint64(0)
	for i := range n {
		step, bits, rare := r.Uint(), r.Uint(), r.Uint()
		w, d := math.Float32frombits(uint32(bits)), math.Float32frombits(uint32(rare))
		at += min(step, buckets)
		bad := at >= buckets || i > 0 && step == 0 || bits > math.MaxUint32 || rare > math.MaxUint32
		if bad || math.IsNaN(float64(w)) || math.IsInf(float64(w), 0) || !(d > 0 && d < 100) {
			r.Fail("a weight out of place")
			return
		}
		p.w[at], p.rare[at] = w, d
	}
}
