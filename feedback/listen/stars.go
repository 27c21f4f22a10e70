package listen

import (
	"cmp"
	"fmt"
	"math"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Stars counts ratings of one to five stars, Stars[0] being one star. The zero value
// is empty. Counts are not negative; a negative one counts as none.
type Stars [5]int64

// Add counts one rating. ErrStars for anything but 1 to 5: a scale of ten is never
// squeezed into one of five.
func (s *Stars) Add(stars int) error {
	if stars < 1 || stars > 5 {
		return fmt.Errorf("%w: %d is not 1 to 5", ErrStars, stars)
	}
	s[stars-1]++
	return nil
}

// Merge adds the counts of another; any order gives the same.
func (s *Stars) Merge(o Stars) {
	for i, n := range o {
		s[i] += n
	}
}

// N is the number of ratings.
func (s Stars) N() (n int64) {
	for _, c := range s {
		n += max(c, 0)
	}
	return n
}

func (s Stars) sum() (sum float64) {
	for i, c := range s {
		sum += float64(i+1) * float64(max(c, 0))
	}
	return sum
}

// Mean is the plain mean; ok is false without ratings. Show it with N, and rank by a
// bound.
func (s Stars) Mean() (mean float64, ok bool) {
	n := s.N()
	if n == 0 {
		return 0, false
	}
	return s.sum() / float64(n), true
}

// Prior is what is believed of an item before it has ratings: a mean, 1 to 5, that
// counts as much as N ratings. The mean of the whole shop is a usual one.
type Prior struct {
	Mean float64
	N    float64 // above zero
}

func (p Prior) check() error {
	if !(p.Mean >= 1 && p.Mean <= 5) || !(p.N > 0) || math.IsInf(p.N, 0) {
		return fmt.Errorf("%w: prior mean %v worth %v ratings", ErrStars, p.Mean, p.N)
	}
	return nil
}

// Bayes is the Bayesian average (C m + sum) / (C + n), the posterior mean with a prior
// mean m worth C ratings. Without ratings it is the prior's mean. ErrStars for a
// prior that is none.
func (s Stars) Bayes(p Prior) (float64, error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	return (p.N*p.Mean + s.sum()) / (p.N + float64(s.N())), nil
}

// DirichletLower is the lower bound of the mean rating at a one-sided level (0.95 for
// zero): the mean less z standard deviations of the posterior that one rating of each
// kind and the counts make (Miller, "Ranking Items With Star Ratings", 2014). Without
// ratings it rests on that prior alone, 2.05 at 0.95: new items come last, not first.
// ErrStars for a level outside 0 to 1.
func (s Stars) DirichletLower(level float64) (float64, error) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return 0, fmt.Errorf("%w: level %v", ErrStars, level)
	}
	n := float64(s.N())
	var mean, square float64
	for i, c := range s {
		star, share := float64(i+1), (float64(max(c, 0))+1)/(n+5)
		mean += star * share
		square += star * star * share
	}
	sd := math.Sqrt(max(0, square-mean*mean) / (n + 6))
	return mean - stat.NormalQuantile(level)*sd, nil
}

// WilsonLower is the lower end of the two-sided Wilson interval, at a level (0.95 for
// zero), of the share of ratings of four stars and more (Wilson 1927). ok is false
// without ratings. ErrStars for a level outside 0 to 1.
func (s Stars) WilsonLower(level float64) (lower float64, ok bool, err error) {
	level = cmp.Or(level, 0.95)
	if !(level > 0 && level < 1) {
		return 0, false, fmt.Errorf("%w: level %v", ErrStars, level)
	}
	n := s.N()
	if n == 0 {
		return 0, false, nil
	}
	lower, _ = stat.Wilson(float64(max(s[3], 0)+max(s[4], 0)), float64(n), level)
	return lower, true, nil
}

// Decayed is a mean of ratings that fade with age: a rating counts half after each
// half-life. It is made by NewDecayed and belongs to one goroutine.
type Decayed struct {
	halfLife float64 // days
	w, ww    float64
	ws       float64
	n        int64
}

// NewDecayed takes the half-life in days, above zero; anything else is ErrStars.
func NewDecayed(halfLifeDays float64) (*Decayed, error) {
	if !(halfLifeDays > 0) || math.IsInf(halfLifeDays, 0) {
		return nil, fmt.Errorf("%w: half-life of %v days", ErrStars, halfLifeDays)
	}
	return &Decayed{halfLife: halfLifeDays}, nil
}

// Add counts a rating of so many stars that is so many days old. ErrStars for anything
// but 1 to 5 stars, for an age below zero, and for a Decayed that NewDecayed did not make.
func (d *Decayed) Add(stars int, ageDays float64) error {
	if stars < 1 || stars > 5 {
		return fmt.Errorf("%w: %d is not 1 to 5", ErrStars, stars)
	}
	if !(ageDays >= 0) {
		return fmt.Errorf("%w: age of %v days", ErrStars, ageDays)
	}
	if d.halfLife == 0 {
		return fmt.Errorf("%w: no half-life: NewDecayed takes one", ErrStars)
	}
	w := math.Exp2(-ageDays / d.halfLife)
	d.w += w
	d.ww += w * w
	d.ws += w * float64(stars)
	d.n++
	return nil
}

// Merge adds another of the same half-life and the same day; ErrStars otherwise.
// Sums of floats agree to rounding in any order.
func (d *Decayed) Merge(o *Decayed) error {
	if o.halfLife != d.halfLife {
		return fmt.Errorf("%w: half-lives of %v and %v days", ErrStars, d.halfLife, o.halfLife)
	}
	d.w, d.ww, d.ws, d.n = d.w+o.w, d.ww+o.ww, d.ws+o.ws, d.n+o.n
	return nil
}

// Mean is the weighted mean; ok is false without ratings, or where all are so old that
// their weights vanish.
func (d *Decayed) Mean() (mean float64, ok bool) {
	if d.w == 0 {
		return 0, false
	}
	return d.ws / d.w, true
}

// EffectiveN is how many ratings of one age would say as much, (sum w)^2 / sum w^2
// (Kish 1965); zero without ratings.
func (d *Decayed) EffectiveN() float64 {
	if d.ww == 0 {
		return 0
	}
	return stat.KishN(d.w, d.ww)
}

// N is the number of ratings, however old.
func (d *Decayed) N() int64 { return d.n }

// Bayes is the Bayesian average of the weighted ratings, (C m + sum w s) / (C + sum
// w). ErrStars for a prior that is none.
func (d *Decayed) Bayes(p Prior) (float64, error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	return (p.N*p.Mean + d.ws) / (p.N + d.w), nil
}

var starsKind = binenc.Kind{'S', 'T', 'A', 'R'}

// MarshalBinary writes the counts.
func (s Stars) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(starsKind, 1, 0)
	for _, c := range s {
		w.Uint(uint64(max(c, 0)))
	}
	return w.Frame(), nil
}

// UnmarshalBinary reads what MarshalBinary wrote and refuses anything else.
func (s *Stars) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, starsKind, 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStars, err)
	}
	var read Stars
	for i := range read {
		n := r.Uint()
		if n > math.MaxInt64/8 {
			r.Fail("a count beyond all bounds")
		}
		read[i] = int64(n)
	}
	if err := r.Close(); err != nil {
		return fmt.Errorf("%w: %w", ErrStars, err)
	}
	*s = read
	return nil
}
