package match

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainRecord is a row of the tests that hold the fast paths against the plain ones.
type plainRecord [8]string

func plainSchema(t require.TestingT) *Schema[plainRecord] {
	roles := []Role{RoleGiven, RoleSurname, RoleReading, RoleBirth, RoleEmail, RolePostcode, RolePlace}
	var fields []Field[plainRecord]
	for i, r := range roles {
		fields = append(fields, Field[plainRecord]{Name: r.String(), Role: r, Read: func(p plainRecord) string { return p[i+1] }})
	}
	s, err := NewSchema(func(p plainRecord) string { return p[0] }, fields, &SchemaOptions{Short: NewNicknames(func(yield func(string, string) bool) { yield("hanna", "anni") })})
	require.NoError(t, err)
	return s
}

// plainRecords draws people with one to four records each, in names of several scripts:
// each record has a slip, a missing value or another's value here and there, and some
// people are the twin, the child or the housemate of the one before.
func plainRecords(seed uint64, n int) []plainRecord {
	draw := rand.New(rand.NewPCG(seed, 1))
	pick := func(values ...string) string { return values[draw.IntN(len(values))] }
	word := func() string {
		return pick("ba", "ce", "di", "fo") + pick("gu", "ha", "je") + pick("ki", "lo", "mu", "na")
	}
	fresh := func() plainRecord {
		p := plainRecord{
			1: pick("Anna", "Hanna", "Anni", "Mark", "Mary", "Bob", "Anna Maria", word()), 2: pick("Smith", "Taylor", word(), word()),
			4: fmt.Sprintf("19%02d-%02d-%02d", 50+draw.IntN(40), 1+draw.IntN(12), 1+draw.IntN(28)),
			6: fmt.Sprintf("%05d", 10000+draw.IntN(300)), 7: pick("Berlin", "Bonn", "München", word()),
		}
		if draw.IntN(4) == 0 {
			p[1], p[2], p[3] = pick("健", "健一", "太郎"), pick("髙橋", "山田", "中島"), pick("タカハシ ケン", "ヤマダ タロウ", "ナカジマ ケン", "")
		}
		p[5] = fmt.Sprintf("%s%d@mail.example", word(), draw.IntN(1000))
		return p
	}
	p := fresh()
	out := make([]plainRecord, 0, n)
	for len(out) < n {
		old := p
		switch draw.IntN(6) {
		case 0: // a twin
			p[1] = pick("Zoe", "Ulrich", "花子")
		case 1: // parent and child
			p[2], p[4] = p[2]+" Jr", pick("", "1999-09-09")
		case 2: // in one household
			p = fresh()
			p[5], p[6], p[7] = old[5], old[6], old[7]
		default:
			p = fresh()
		}
		for range 1 + draw.IntN(4) {
			r := p
			switch draw.IntN(10) {
			case 0:
				r[1], r[2] = r[2], r[1]
			case 1: // half of an exchange
				r[1], r[2] = r[2], word()
			}
			for range draw.IntN(3) {
				k := 1 + draw.IntN(7)
				switch {
				case draw.IntN(3) == 0:
					r[k] = ""
				case draw.IntN(6) == 0:
					r[k] = old[k]
				case k == 1 && strings.HasPrefix(r[2], "髙"):
					r[1], r[2] = "ケン", pick("タカハシ", "高橋")
				case len(r[k]) > 4 && r[k][0] < 128 && r[k][3] < 128:
					b := []byte(r[k])
					b[2], b[3] = b[3], b[2]
					r[k] = string(b)
				}
			}
			r[0] = fmt.Sprintf("r%d", len(out))
			out = append(out, r)
		}
	}
	draw.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func plainIndex(t require.TestingT, seed uint64, n int) *index {
	s := plainSchema(t)
	ix, err := NewIndex(s, Standard(s))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(plainRecords(seed, n)), nil))
	_, err = ix.Train(nil)
	require.NoError(t, err)
	return ix.core
}

// Levels that are found by equal numbers, by how names stand to each other and by what
// was met before are those that the conditions give one after the other; a sum that was
// cut off could not have reached the threshold; the weight is the sum of the terms.
func TestWeighPlainly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		ix := plainIndex(t, seed, 80)
		require.False(t, ix.scorer.sided, "the standard model asks the same of both")
		k, fresh := ix.scorer.scratch(), ix.scorer.scratch()
		names, cut := 0, 0
		for i := range ix.table.len() {
			for j := range i {
				x, y := ix.table.row(i), ix.table.row(j)
				full := ix.scorer.prior
				for _, memo := range fresh.memos {
					clear(memo)
				}
				for _, c := range ix.scorer.order {
					comp := &ix.scorer.comparisons[c]
					want := fresh.search(comp, 0, x, y)
					require.Equal(t, want, k.level(comp, x, y), "%s of %v, %v", ix.model.Comparisons[c].Name, x, y)
					if comp.names {
						names++
					}
					bound := comp.atMost(x, y)
					_, w, f := k.outcome(comp, x, y)
					require.LessOrEqual(t, w+f, bound+1e-12)
					full += w + f
				}
				w, ok := k.weigh(x, y, math.Inf(-1))
				require.True(t, ok)
				require.Equal(t, full, w)
				for _, least := range []float64{-5, 0, 3, full, full + 0.1} {
					got, ok := k.weigh(x, y, least)
					require.Equal(t, full >= least, ok)
					if ok {
						require.Equal(t, full, got)
					} else {
						cut++
					}
				}
				back, _ := k.weigh(y, x, math.Inf(-1))
				require.Equal(t, full, back, "either order of the two records")
			}
		}
		require.Positive(t, names)
		require.Positive(t, cut)
	}
}

// The gate decides as the bound does.
func TestGate(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[a-f ]{0,45}`), rapid.StringOfN(rapid.SampledFrom([]rune("abcdeé山田サ𠮷")), 0, 12, -1))
	rapid.Check(t, func(t *rapid.T) {
		p, q := sketchOf(text.Draw(t, "a")), sketchOf(text.Draw(t, "b"))
		threshold := rapid.OneOf(rapid.SampledFrom([]float64{0, 0.7, 0.88, 0.92, 1, 1.5}), rapid.Float64Range(0, 1)).Draw(t, "threshold")
		g := newGate(threshold)
		require.Equal(t, p.bound(&q) >= threshold, g.passes(&p, &q))
	})
}

// Pairs of blocks against a look at every pair and every rule.
func TestBlocksPlainly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		ix := plainIndex(t, seed, 300)
		m := ix.model.clone()
		m.MaxBlock = 20
		b := ix.table.block(m, 3)
		got := map[[2]uint32]int{}
		for _, task := range b.tasks() {
			b.each(task, func(x, y uint32) {
				got[[2]uint32{min(x, y), max(x, y)}]++
				for r := range m.Rules {
					require.Equal(t, b.common(r, x, y, 0), b.earlier(r, x, y))
				}
			})
		}
		want := map[[2]uint32]int{}
		for _, rule := range m.Rules {
			blocks := map[string][]uint32{}
			for i := range ix.table.len() {
				key := ""
				for _, k := range rule.Keys {
					c, _ := ix.table.column(k.Field, k.Form)
					v := ix.table.columns[c].dict.val(ix.table.row(i)[c])
					if v == "" {
						key = ""
						break
					}
					key += v + "|"
				}
				if key != "" {
					blocks[key] = append(blocks[key], uint32(i))
				}
			}
			for _, records := range blocks {
				for i, y := range records {
					for _, x := range records[:i] {
						if len(records) <= m.MaxBlock {
							want[[2]uint32{x, y}] = 1
						}
					}
				}
			}
		}
		require.NotEmpty(t, want)
		require.Equal(t, want, got)
	}
}

// Clusters against one list of all pairs, joined by one after the other.
func TestClusterPlainly(t *testing.T) {
	t.Parallel()
	joined, refused, later := 0, 0, 0
	for seed := range uint64(8) {
		ix := plainIndex(t, seed, 200)
		density := []float64{0.5, 0.8}[seed%2]
		ix.model.Same = -4 // so that chains of pairs meet that do not belong together
		pairs, _, err := ix.pairs(PairsOptions{Least: &ix.model.Same})
		require.NoError(t, err)
		content := func(m Match) uint64 { // equal weights are ordered by what the records hold
			a, _ := ix.table.find(m.A)
			b, _ := ix.table.find(m.B)
			return ix.table.contents(found{a, b, 0})
		}
		slices.SortStableFunc(pairs, func(p, q Match) int {
			return cmp.Or(cmp.Compare(q.Weight, p.Weight), cmp.Compare(content(p), content(q)))
		})
		groups, before := map[string]*[]string{}, map[[2]string]bool{} // groups by the first of them
		for _, id := range ix.table.ids.vals[1:] {
			groups[id] = &[]string{id}
		}
		for _, p := range pairs {
			a, b := groups[p.A], groups[p.B]
			if a == b {
				continue
			}
			links, vetoed := 0, false
			for _, i := range *a {
				for _, j := range *b {
					e, err := ix.explain(i, j)
					require.NoError(t, err)
					vetoed = vetoed || len(e.Vetoes) > 0
					if e.Weight >= ix.model.Review {
						links++
					}
				}
			}
			if vetoed || float64(links) < density*float64(len(*a)*len(*b)) {
				refused++
				key := [2]string{min((*a)[0], (*b)[0]), max((*a)[0], (*b)[0])}
				before[key] = before[key] || !vetoed
				continue
			}
			if before[[2]string{min((*a)[0], (*b)[0]), max((*a)[0], (*b)[0])}] {
				later++
			}
			joined++
			*a = append(*a, *b...)
			for _, id := range *b {
				groups[id] = a
			}
		}
		var want Clusters
		for id, g := range groups {
			slices.Sort(*g)
			if (*g)[0] == id {
				want = append(want, *g)
			}
		}
		slices.SortFunc(want, func(a, b []string) int { return slices.Compare(a, b) })
		for _, workers := range []int{1, 3} {
			got, err := ix.cluster(ClusterOptions{Workers: workers, Density: density})
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
	require.Positive(t, joined)
	require.Positive(t, refused)
	require.Positive(t, later, "groups that were refused and joined when one had grown")
}

// A question leaves no value behind.
func TestQuestionsLeaveNothing(t *testing.T) {
	t.Parallel()
	ix := plainIndex(t, 1, 100)
	sizes := func() []int {
		out := []int{len(ix.table.rows), ix.table.ids.size(), ix.table.names.raw.size(), len(ix.table.names.cells), len(ix.table.demoted), ix.table.shaped}
		for i := range ix.table.columns {
			c := &ix.table.columns[i]
			out = append(out, c.dict.size(), len(c.of), len(c.dict.sketches), len(c.dict.days))
			require.NotContains(t, c.dict.vals, "zzyzx")
		}
		for _, a := range ix.scorer.adjustments {
			out = append(out, len(a.bits))
		}
		return out
	}
	_, err := ix.candidates(nil, "q", []string{"Anna", "Smith", "", "", "", "", ""}, &PairsOptions{})
	require.NoError(t, err)
	before := sizes()
	for _, raw := range [][]string{
		{"zzyzx", "zzyzx", "ジジ ジ", "1907-06-05", "zzyzx@zzyzx.example", "zzyzx", "zzyzx"},
		{"ZZYZX Jr", "Žźyzx", "", "19070605", "ZZYZX@zzyzx.example", " ZZYZX ", "zzyzx."},
		{"", "", "ヤマダ タロウ", "", "none@none.example", "", "\xff"},
	} {
		_, err := ix.candidates(nil, "q", raw, &PairsOptions{Households: true})
		require.NoError(t, err)
		require.Equal(t, before, sizes())
	}
}
