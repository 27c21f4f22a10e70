package match_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/match"
)

// drawResidents draws people with one to four records each, with slips, missing values
// and values of others, and among them twins, parents and children, couples, colleagues
// and people whose name is written in another script: what the index must tell apart.
func drawResidents(t *rapid.T) []resident {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	n := rapid.IntRange(2, 8).Draw(t, "people")
	var out []resident
	var last resident
	for p := range n {
		r := resident{
			Given: pick("given", "Ann", "Anna", "Bob", "Robert", "Mary", "Marc", "太郎"), Surname: pick("surname", "Hill", "Vance", "Hill Jr", "O'Neil", "山田"),
			Born: pick("born", "1970-01-02", "1968-05-06", "1999-12-31", "1985-11-30"), Email: fmt.Sprintf("p%d@mail.example", p),
			Phone: fmt.Sprintf("55523%05d", 17*p+13), Street: fmt.Sprintf("%d oak st", p), Postcode: pick("postcode", "10001", "10002"),
			Login: pick("login", "", "", "", fmt.Sprintf("u%d", p)),
		}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0: // of the household of the one before
			r.Surname, r.Email, r.Phone, r.Street, r.Postcode = last.Surname, last.Email, last.Phone, last.Street, last.Postcode
		case 1: // a twin
			r.Surname, r.Born, r.Email, r.Phone = last.Surname, last.Born, last.Email, last.Phone
		case 2: // a child of the same name
			r = last
			r.Surname, r.Born, r.Login = strings.TrimSuffix(r.Surname, " Jr")+" Jr", pick("child", "", "1999-12-31"), ""
		case 3: // a colleague
			r.Phone, r.Street = "5550000000", "1 plaza"
		}
		for range rapid.IntRange(1, 4).Draw(t, "records") {
			c := r
			for range rapid.IntRange(0, 2).Draw(t, "changes") {
				f := []*string{&c.Given, &c.Surname, &c.Born, &c.Email, &c.Phone, &c.Street, &c.Login}[rapid.IntRange(0, 6).Draw(t, "field")]
				switch rapid.IntRange(0, 3).Draw(t, "change") {
				case 0:
					*f = ""
				case 1:
					if len(*f) > 3 && (*f)[2] < 128 && (*f)[3] < 128 && (*f)[1] < 128 {
						*f = (*f)[:2] + (*f)[3:4] + (*f)[2:3] + (*f)[4:]
					}
				case 2:
					c.Given, c.Reading = "タロウ", ""
				case 3:
					c.Reading = pick("reading", "ヤマダ タロウ", "ヤマダ ジロウ")
				}
			}
			c.ID = fmt.Sprintf("r%02d", len(out))
			out = append(out, c)
		}
		last = r
	}
	return out
}

func residentIndex(t *rapid.T, s *match.Schema[resident], m *match.Model, people []resident, workers int) *match.Index[resident] {
	ix, err := match.NewIndex(s, m)
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(people), &match.AddOptions{Workers: workers}))
	return ix
}

// reached counts the states that the properties met.
type reached struct{ same, review, different, vetoed, decided, household, noName, groups, moved, anonymous atomic.Int64 }

func (r *reached) require(t *testing.T) {
	t.Helper()
	for i, n := range []*atomic.Int64{&r.same, &r.review, &r.different, &r.vetoed, &r.decided, &r.household, &r.noName, &r.groups, &r.moved, &r.anonymous} {
		require.Positive(t, n.Load(), "state %d is not reached", i)
	}
}

func (r *reached) count(pairs []match.Match) {
	for _, m := range pairs {
		switch m.Verdict {
		case match.Same:
			r.same.Add(1)
		case match.Review:
			r.review.Add(1)
		default:
			r.different.Add(1)
		}
		for _, v := range m.Vetoes {
			r.vetoed.Add(1)
			switch v.Kind {
			case match.VetoDecision:
				r.decided.Add(1)
			case match.VetoNoName:
				r.noName.Add(1)
			}
		}
		if m.Proposal != 0 {
			r.household.Add(1)
		}
	}
}

// Nothing depends on the order of the records, on what their ids are, on the number of
// workers or on how many of them run at once; no group holds a decision or a veto; a
// group is a chain of pairs that are the same; and one record gets the answer of all.
func TestStates(t *testing.T) {
	schema := residentSchema(t)
	model := residentModel(schema)
	var states reached
	rapid.Check(t, func(t *rapid.T) {
		people := drawResidents(t)
		ix := residentIndex(t, schema, model, people, 1)
		decided := map[[2]string]bool{}
		decide := func(a, b string) {
			ix.Decide(a, b)
			decided[[2]string{min(a, b), max(a, b)}] = true
		}
		for range rapid.IntRange(0, 3).Draw(t, "decisions") {
			i, j := rapid.IntRange(0, len(people)-1).Draw(t, "a"), rapid.IntRange(0, len(people)-1).Draw(t, "b")
			decide(people[i].ID, people[j].ID)
		}
		options := &match.PairsOptions{Least: &everything}
		pairs, reports, err := ix.Pairs(options)
		require.NoError(t, err)
		groups, err := ix.Cluster(nil)
		require.NoError(t, err)
		states.count(pairs)
		of := map[string]int{}
		for g, ids := range groups {
			if len(ids) > 1 {
				states.groups.Add(1)
			}
			for i, a := range ids {
				of[a] = g
				for _, b := range ids[:i] {
					e, err := ix.Explain(a, b)
					require.NoError(t, err)
					require.Empty(t, e.Vetoes)
					require.False(t, decided[[2]string{min(a, b), max(a, b)}])
				}
			}
		}
		require.Len(t, of, len(people), "each record is in one group")
		same := map[string]bool{}
		for _, m := range pairs {
			if m.Verdict == match.Same && of[m.A] == of[m.B] {
				same[m.A], same[m.B] = true, true
			}
		}
		for _, ids := range groups {
			for _, id := range ids {
				require.True(t, len(ids) == 1 || same[id], "nobody is in a group without a pair that is the same")
			}
		}

		// other ids, another order, other workers
		names := rapid.Permutation(slices.Clone(people)).Draw(t, "ids")
		rename := map[string]string{}
		for i, p := range people {
			rename[p.ID] = "x" + names[i].ID
		}
		others := slices.Clone(people)
		for i := range others {
			others[i].ID = rename[others[i].ID]
		}
		others = rapid.Permutation(others).Draw(t, "order")
		before := runtime.GOMAXPROCS(rapid.IntRange(1, 4).Draw(t, "processors"))
		defer runtime.GOMAXPROCS(before)
		workers := rapid.IntRange(1, 4).Draw(t, "workers")
		other := residentIndex(t, schema, model, others, workers)
		for p := range decided {
			other.Decide(rename[p[1]], rename[p[0]])
		}
		pairs2, reports2, err := other.Pairs(&match.PairsOptions{Least: &everything, Workers: workers})
		require.NoError(t, err)
		require.Equal(t, reports, reports2)
		require.Equal(t, renamed(pairs, rename), renamed(pairs2, nil))
		groups2, err := other.Cluster(&match.ClusterOptions{Workers: workers})
		require.NoError(t, err)
		if anonymous(people, decided) {
			require.Equal(t, sizes(groups, people), sizes(groups2, others), "the same people are together, whatever their ids")
			states.anonymous.Add(1)
		}

		// one record, there or not, and added one by one
		me := people[rapid.IntRange(0, len(people)-1).Draw(t, "me")]
		var want []match.Match
		for _, m := range pairs {
			if m.A == me.ID || m.B == me.ID {
				want = append(want, m)
			}
		}
		list := make([]match.Match, 0, 4)
		list, err = ix.AppendCandidates(list, me, options)
		require.NoError(t, err)
		requireSame(t, want, list)
		rest := slices.DeleteFunc(slices.Clone(people), func(p resident) bool { return p.ID == me.ID })
		single := residentIndex(t, schema, model, nil, 1)
		for p := range decided {
			single.Decide(p[0], p[1])
		}
		for _, p := range rest {
			require.NoError(t, single.Add(slices.Values([]resident{p}), nil))
			_, err := single.Candidates(me, nil)
			require.NoError(t, err)
		}
		list, err = single.AppendCandidates(list[:0], me, options)
		require.NoError(t, err)
		requireSame(t, want, list)
		require.NoError(t, single.Add(slices.Values([]resident{me}), nil))
		again, _, err := single.Pairs(options)
		require.NoError(t, err)
		require.Equal(t, pairs, again)

		// what a person decides takes a pair apart
		for _, m := range pairs {
			if of[m.A] == of[m.B] && m.Verdict == match.Same {
				decide(m.B, m.A)
				groups, err := ix.Cluster(nil)
				require.NoError(t, err)
				for _, ids := range groups {
					require.False(t, slices.Contains(ids, m.A) && slices.Contains(ids, m.B))
				}
				states.moved.Add(1)
				break
			}
		}
	})
	states.require(t)
}

func requireSame(t *rapid.T, want, got []match.Match) {
	require.Len(t, got, len(want))
	for i := range want {
		if len(got[i].Vetoes) == 0 { // an empty list of a list used again
			got[i].Vetoes = nil
		}
		if len(got[i].Shares) == 0 {
			got[i].Shares = nil
		}
		require.Equal(t, want[i], got[i])
	}
}

// renamed writes pairs with new ids so that they can be compared as a set; values of
// vetoes change sides with the ids.
func renamed(pairs []match.Match, names map[string]string) []string {
	var out []string
	for _, m := range pairs {
		a, b := m.A, m.B
		if names != nil {
			a, b = names[a], names[b]
		}
		vetoes := slices.Clone(m.Vetoes)
		if a > b {
			a, b = b, a
			for i := range vetoes {
				vetoes[i].A, vetoes[i].B = vetoes[i].B, vetoes[i].A
			}
		}
		out = append(out, fmt.Sprintf("%s %s %x %s %v %v %v", a, b, math.Float64bits(m.Weight), m.Verdict, vetoes, m.Proposal, m.Shares))
	}
	slices.Sort(out)
	return out
}

// anonymous reports whether ids tell nothing that the records do not: no decision is
// about a record of which there is another with the same values. Where there is one, the
// ids alone say who was meant, and they break the tie.
func anonymous(people []resident, decided map[[2]string]bool) bool {
	held := map[resident]int{}
	by := map[string]resident{}
	for _, p := range people {
		id := p.ID
		p.ID = ""
		held[p]++
		by[id] = p
	}
	for pair := range decided {
		if held[by[pair[0]]] > 1 || held[by[pair[1]]] > 1 {
			return false
		}
	}
	return true
}

// sizes writes groups by what their records hold, so that they can be compared where two
// records differ in their ids alone.
func sizes(groups match.Clusters, people []resident) []string {
	by := map[string]resident{}
	for _, p := range people {
		by[p.ID] = p
	}
	var out []string
	for _, ids := range groups {
		var contents []string
		for _, id := range ids {
			p := by[id]
			p.ID = ""
			contents = append(contents, fmt.Sprint(p))
		}
		slices.Sort(contents)
		out = append(out, strings.Join(contents, "|"))
	}
	slices.Sort(out)
	return out
}

// To share a value never weighs less than to differ altogether, in a model that was
// trained on anything.
func TestAgreementNeverLowersAnything(t *testing.T) {
	t.Parallel()
	var common atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		people := drawResidents(t)
		if rapid.Bool().Draw(t, "one value for all") {
			for i := range people {
				people[i].Postcode, people[i].Street = "10001", "1 plaza"
			}
			common.Add(1)
		}
		schema := residentSchemaOf(t)
		ix, err := match.NewIndex(schema, match.Standard(schema))
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values(people), nil))
		if _, err = ix.Train(nil); err != nil {
			require.ErrorIs(t, err, match.ErrNoData)
			return
		}
		for _, c := range ix.Model().Comparisons {
			first := slices.IndexFunc(c.Levels, func(l match.Level) bool { return !l.Missing })
			best, last := c.Levels[first], c.Levels[len(c.Levels)-1]
			require.GreaterOrEqual(t, math.Log2(best.M/best.U), math.Log2(last.M/last.U)-1e-9, c.Name)
		}
		// the same in whole records: a far value against the value of the other
		a := people[rapid.IntRange(0, len(people)-1).Draw(t, "a")]
		b := people[rapid.IntRange(0, len(people)-1).Draw(t, "b")]
		for f, far := range []string{"zzzzzzzzzzzz@far.example", "9999999999", "99 zzzzzzzzz rd", "ZZ99ZZ99"} {
			agree, differ := b, b
			field := func(r *resident) *string { return []*string{&r.Email, &r.Phone, &r.Street, &r.Postcode}[f] }
			if *field(&a) == "" {
				continue
			}
			*field(&agree), *field(&differ) = *field(&a), far
			fresh, err := match.NewIndex(schema, ix.Model())
			require.NoError(t, err)
			a.ID, agree.ID, differ.ID = "a", "b", "c"
			require.NoError(t, fresh.Add(slices.Values([]resident{a, agree, differ}), nil))
			x, err := fresh.Explain("a", "b")
			require.NoError(t, err)
			y, err := fresh.Explain("a", "c")
			require.NoError(t, err)
			if len(x.Demoted) > 0 || len(y.Demoted) > 0 { // then there is neither
				continue
			}
			require.GreaterOrEqual(t, x.Weight, y.Weight-1e-9, "%s\n%s", x, y)
		}
	})
	require.Positive(t, common.Load())
}
