package match_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
)

// person is a generated record.
type person struct {
	id, given, surname, dob, city, postcode, email string
}

// crowd makes records of which about three in ten are again a person made before, with
// a slip of the pen, a missing value or a new address, so that 1 M of them have about
// 24 M candidate pairs under crowdModel.
func crowd(n int, yield func(*person) bool) {
	draw := rand.New(rand.NewPCG(1, 2))
	syllables := []string{"ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu"}
	word := func(k, parts int) string {
		s := ""
		for range parts {
			s += syllables[k%20]
			k /= 20
		}
		return s
	}
	skewed := func(most int) int { // few values of many people, many of few
		x := draw.Float64()
		return int(x * x * x * float64(most))
	}
	recent := make([]person, 0, 4096)
	for i := range n {
		p := person{
			given: word(skewed(3000), 3), surname: word(skewed(60_000), 4),
			dob:      fmt.Sprintf("%04d-%02d-%02d", 1935+draw.IntN(70), 1+draw.IntN(12), 1+draw.IntN(28)),
			city:     word(skewed(2000), 3) + "ton",
			postcode: fmt.Sprintf("%05d", draw.IntN(60_000)),
		}
		if len(recent) > 0 && draw.IntN(10) < 3 {
			p = recent[draw.IntN(len(recent))]
			switch draw.IntN(6) {
			case 0:
				p.given = slip(draw, p.given)
			case 1:
				p.surname = slip(draw, p.surname)
			case 2:
				p.dob = ""
			case 3:
				p.postcode, p.city = fmt.Sprintf("%05d", draw.IntN(60_000)), word(skewed(2000), 3)+"ton"
			case 4:
				p.email = ""
			}
		} else {
			p.email = p.given + "." + p.surname + strconv.Itoa(draw.IntN(100)) + "@mail.example"
		}
		if len(recent) < cap(recent) {
			recent = append(recent, p)
		} else {
			recent[draw.IntN(len(recent))] = p
		}
		p.id = strconv.Itoa(i)
		if !yield(&p) {
			return
		}
	}
}

func slip(draw *rand.Rand, s string) string {
	b := []byte(s)
	i := draw.IntN(len(b) - 1)
	b[i], b[i+1] = b[i+1], b[i]
	return string(b)
}

func crowdSchema(t testing.TB) *match.Schema[*person] {
	t.Helper()
	s, err := match.NewSchema(func(p *person) string { return p.id }, []match.Field[*person]{
		{Name: "given", Role: match.RoleGiven, Read: func(p *person) string { return p.given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(p *person) string { return p.surname }},
		{Name: "dob", Role: match.RoleBirth, Read: func(p *person) string { return p.dob }},
		{Name: "city", Role: match.RolePlace, Read: func(p *person) string { return p.city }},
		{Name: "postcode", Role: match.RolePostcode, Read: func(p *person) string { return p.postcode }},
		{Name: "email", Role: match.RoleEmail, Read: func(p *person) string { return p.email }},
	}, nil)
	require.NoError(t, err)
	return s
}

// crowdModel is the standard model with eleven rules, one of them the birth date alone.
func crowdModel(s *match.Schema[*person]) *match.Model {
	m := match.Standard(s)
	key := func(f string) match.Key { return match.Key{Field: f} }
	rules := [][]match.Key{
		{key("email")},
		{key(match.Given), key(match.Surname)},
		{key(match.Surname), key(match.Birth)},
		{key(match.Given), key(match.Birth)},
		{key(match.Given), key("postcode")},
		{key(match.Surname), key("postcode")},
		{key(match.Birth), key("postcode")},
		{key(match.Surname), key("city")},
		{{Field: match.Surname, Form: match.Form{Kind: match.AsSoundex}}, {Field: match.Birth, Form: match.Prefix(7)}},
		{key(match.Birth), key("city")},
		{key(match.Birth)},
	}
	m.Rules = nil
	for i, k := range rules {
		m.Rules = append(m.Rules, match.Rule{Name: fmt.Sprintf("rule %d", i+1), Keys: k})
	}
	return m
}

// BenchmarkDeduplicate is end to end: read, intern, train, block, weigh, cluster.
func BenchmarkDeduplicate(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("people=%d/workers=%d", n, workers), func(b *testing.B) {
				if n == 1_000_000 && testing.Short() {
					b.Skip("a million records take their time: run without -short")
				}
				b.ReportAllocs()
				runtime.GC()
				before := cpuSeconds(b)
				var ix *match.Index[*person]
				for b.Loop() {
					ix = deduplicate(b, n, workers)
				}
				b.ReportMetric((cpuSeconds(b)-before)/float64(b.N), "CPU-s/op")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapSys)/(1<<20), "heap-MB")
				b.ReportMetric(float64(candidates(b, ix)), "candidates")
			})
		}
	}
}

func deduplicate(b *testing.B, n, workers int) *match.Index[*person] {
	b.Helper()
	s := crowdSchema(b)
	ix, err := match.NewIndex(s, crowdModel(s))
	require.NoError(b, err)
	require.NoError(b, ix.Add(func(yield func(*person) bool) { crowd(n, yield) }))
	_, err = ix.Train(&match.TrainOptions{Workers: workers})
	require.NoError(b, err)
	found, err := ix.Cluster(&match.ClusterOptions{Workers: workers})
	require.NoError(b, err)
	require.NotEmpty(b, found)
	return ix
}

// candidates counts the pairs that were weighed.
func candidates(b *testing.B, ix *match.Index[*person]) int {
	b.Helper()
	high := 1e9
	_, rules, err := ix.Pairs(&match.PairsOptions{Least: &high})
	require.NoError(b, err)
	pairs := 0
	for _, r := range rules {
		pairs += r.New
	}
	return pairs
}

// BenchmarkWeigh is the weighing of candidates alone: ns/op divided by candidates is the
// time of a pair.
func BenchmarkWeigh(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			ix := deduplicate(b, n, 1)
			pairs := candidates(b, ix)
			b.ReportAllocs()
			before := cpuSeconds(b)
			for b.Loop() {
				_, _, err := ix.Pairs(nil)
				require.NoError(b, err)
			}
			b.ReportMetric((cpuSeconds(b)-before)/float64(b.N)/float64(pairs)*1e9, "CPU-ns/pair")
		})
	}
}

func BenchmarkCandidates(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			ix := deduplicate(b, n, 1)
			p := &person{id: "new", given: "bacedi", surname: "bacedifo", dob: "1970-01-02", city: "bacediton", postcode: "00010"}
			_, err := ix.Candidates(p, nil)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, err := ix.Candidates(p, nil)
				require.NoError(b, err)
			}
		})
	}
}
