package match_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

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

// crowdFile writes a crowd as a CSV file.
func crowdFile(b *testing.B, n int) string {
	b.Helper()
	name := filepath.Join(b.TempDir(), "crowd.csv")
	f, err := os.Create(name)
	require.NoError(b, err)
	w := csv.NewWriter(f)
	crowd(n, func(p *person) bool {
		return w.Write([]string{p.id, p.given, p.surname, p.dob, p.city, p.postcode, p.email}) == nil
	})
	w.Flush()
	require.NoError(b, w.Error())
	require.NoError(b, f.Close())
	return name
}

// crowdRows reads the file row by row, as a host would.
func crowdRows(b *testing.B, name string) iter.Seq[*person] {
	b.Helper()
	return func(yield func(*person) bool) {
		f, err := os.Open(name)
		require.NoError(b, err)
		defer f.Close() //nolint:errcheck // only read
		r := csv.NewReader(f)
		r.ReuseRecord = true
		var p person
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			require.NoError(b, err)
			p = person{row[0], row[1], row[2], row[3], row[4], row[5], row[6]}
			if !yield(&p) {
				return
			}
		}
	}
}

// phases are the seconds of each part of an end-to-end run, by the clock and of the
// processor.
type phases struct {
	names     []string
	wall, cpu []float64
}

func (p *phases) add(tb testing.TB, name string, do func()) {
	tb.Helper()
	start, before := time.Now(), cpuSeconds(tb)
	do()
	p.names = append(p.names, name)
	p.wall, p.cpu = append(p.wall, time.Since(start).Seconds()), append(p.cpu, cpuSeconds(tb)-before)
}

// BenchmarkDeduplicate is end to end from a CSV file: read, number, train, block, weigh,
// cluster. The greatest resident set is that of the process so far: run one size at a
// time to read it.
func BenchmarkDeduplicate(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("people=%d/workers=%d", n, workers), func(b *testing.B) {
				if n == 1_000_000 && testing.Short() {
					b.Skip("a million records take their time: run without -short")
				}
				name := crowdFile(b, n)
				runtime.GC()
				b.ReportAllocs()
				var ix *match.Index[*person]
				var p phases
				before := cpuSeconds(b)
				for b.Loop() {
					p = phases{}
					ix = deduplicate(b, crowdRows(b, name), workers, &p)
				}
				b.ReportMetric((cpuSeconds(b)-before)/float64(b.N), "CPU-s/op")
				b.ReportMetric(residentMB(b), "RSS-MB")
				for i, phase := range p.names {
					b.ReportMetric(p.wall[i], phase+"-s")
					b.ReportMetric(p.cpu[i], phase+"-CPU-s")
				}
				b.ReportMetric(float64(candidates(b, ix)), "candidates")
			})
		}
	}
}

func deduplicate(b *testing.B, rows iter.Seq[*person], workers int, p *phases) *match.Index[*person] {
	b.Helper()
	s := crowdSchema(b)
	ix, err := match.NewIndex(s, crowdModel(s))
	require.NoError(b, err)
	p.add(b, "read", func() { require.NoError(b, ix.Add(rows, &match.AddOptions{Workers: workers})) })
	p.add(b, "train", func() {
		_, err := ix.Train(&match.TrainOptions{Workers: workers})
		require.NoError(b, err)
	})
	p.add(b, "cluster", func() {
		found, err := ix.Cluster(&match.ClusterOptions{Workers: workers})
		require.NoError(b, err)
		require.NotEmpty(b, found)
	})
	return ix
}

func crowdSeq(n int) iter.Seq[*person] {
	return func(yield func(*person) bool) { crowd(n, yield) }
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
			ix := deduplicate(b, crowdSeq(n), 1, &phases{})
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

// BenchmarkCandidates asks for people of whom about half are in the index, in a list that
// is used again. The percentiles are of single questions by the clock.
func BenchmarkCandidates(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("records=%d", n), func(b *testing.B) {
			if n == 1_000_000 && testing.Short() {
				b.Skip("a million records take their time: run without -short")
			}
			var asked []*person
			i := 0
			crowd(n+5000, func(p *person) bool { // the last ones are new, and partly of people made before
				if i++; i%(n/5000) == 0 || i > n {
					c := *p
					c.id = "?" + p.id
					asked = append(asked, &c)
				}
				return true
			})
			ix := deduplicate(b, crowdSeq(n), 2, &phases{})
			var list []match.Match
			ask := func(p *person) {
				var err error
				if list, err = ix.AppendCandidates(list[:0], p, nil); err != nil {
					b.Fatal(err)
				}
			}
			for _, p := range asked {
				ask(p)
			}
			runtime.GC()
			times := make([]time.Duration, 0, 1<<20)
			b.ReportAllocs()
			for k := 0; b.Loop(); k++ {
				start := time.Now()
				ask(asked[k%len(asked)])
				if len(times) < cap(times) {
					times = append(times, time.Since(start))
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2])/1e3, "p50-µs")
			b.ReportMetric(float64(times[len(times)*99/100])/1e3, "p99-µs")
		})
	}
}
