package chart

import "math"

// scale maps the values from lo to hi to the pixels from a to b.
type scale struct{ lo, hi, a, b float64 }

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return (s.a + s.b) / 2
	}
	return s.a + float64((v-s.lo)/(s.hi-s.lo)*(s.b-s.a))
}

// ticks are the multiples of a round step in [lo, hi].
type ticks struct {
	values []float64
	step   float64
	places int
}

// steps finds the smallest round step (1, 2 or 5 times a power of ten) that gives
// at most most ticks. With whole set, no step is below one.
func steps(lo, hi float64, most int, whole bool) ticks {
	if !(hi > lo) || most < 2 {
		return ticks{values: []float64{lo}, step: 1}
	}
	raw := (hi - lo) / float64(most-1)
	power := math.Floor(math.Log10(raw))
	if whole {
		power = math.Max(power, 0)
	}
	for {
		for _, m := range []float64{1, 2, 5} {
			step := m * math.Pow(10, power)
			first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
			if last-first+1 <= float64(most) {
				return multiples(first, last, step, int(math.Max(0, -power)))
			}
		}
		power++
	}
}

func multiples(first, last, step float64, places int) ticks {
	t := ticks{step: step, places: places}
	for i := range int(last-first) + 1 {
		t.values = append(t.values, (first+float64(i))*step+0) // + 0: never -0
	}
	return t
}

// cover is a round value at or above v on which the last tick of an axis falls.
func cover(v float64, most int) float64 {
	for top := v; ; {
		t := steps(0, top, most, false)
		last := t.values[len(t.values)-1]
		if last >= top*(1-1e-12) {
			return top
		}
		top = last + t.step
	}
}

// axis fits ticks on the x axis: as many as their labels leave room for.
func axis(s scale, f face, whole bool, label func(v float64, places int) string) ticks {
	room := math.Abs(s.b - s.a)
	for most := int(room/28) + 2; ; most-- {
		t := steps(s.lo, s.hi, most, whole)
		if apart(t, s, f, label) {
			return t
		}
		if len(t.values) <= 2 { // room for one label only
			t.values = t.values[:1]
			return t
		}
	}
}

// apart reports whether the labels of the ticks keep a gap.
func apart(t ticks, s scale, f face, label func(v float64, places int) string) bool {
	const gap = 10
	for i := 1; i < len(t.values); i++ {
		need := (f.width(label(t.values[i-1], t.places))+f.width(label(t.values[i], t.places)))/2 + gap
		if math.Abs(s.at(t.values[i])-s.at(t.values[i-1])) < need {
			return false
		}
	}
	return true
}

// every is the least stride at which labels of the given width fit columns of the
// given pitch.
func every(width, pitch float64) int {
	if pitch <= 0 {
		return 1
	}
	return max(1, int(math.Ceil((width+8)/pitch)))
}
