package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/match"
)

// drawCrowd draws records of few values, so that they meet in many ways.
func drawCrowd(t *rapid.T) []*person {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	n := rapid.IntRange(8, 40).Draw(t, "n")
	out := make([]*person, n)
	for i := range out {
		out[i] = &person{
			id:       fmt.Sprintf("r%02d", i),
			given:    pick("given", "", "anna", "hanna", "mark", "mary", "marc", "山田", "ヤマダ", "Bob", "robert jr"),
			surname:  pick("surname", "", "smith", "smyth", "smith jr", "smith sr", "髙橋", "高橋", "taylor"),
			dob:      pick("dob", "", "1970-01-02", "1970-02-01", "1971-01-02", "1999-12-31", "1900-01-01"),
			city:     pick("city", "", "berlin", "berlim", "bonn"),
			postcode: pick("postcode", "", "10115", "10117", "53111", "00000"),
			email:    pick("email", "", "a@b.example", "ab@b.example", "none@none.example", "c@d.example"),
		}
	}
	return out
}

func trainedIndex(t require.TestingT, people []*person, workers int) *match.Index[*person] {
	ix, err := match.NewIndex(propertySchema, match.Standard(propertySchema))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(people), nil))
	_, err = ix.Train(&match.TrainOptions{Workers: workers})
	require.NoError(t, err)
	return ix
}

var propertySchema = func() *match.Schema[*person] {
	s, err := match.NewSchema(func(p *person) string { return p.id }, []match.Field[*person]{
		{Name: "given", Role: match.RoleGiven, Read: func(p *person) string { return p.given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(p *person) string { return p.surname }},
		{Name: "dob", Role: match.RoleBirth, Read: func(p *person) string { return p.dob }},
		{Name: "city", Role: match.RolePlace, Read: func(p *person) string { return p.city }},
		{Name: "postcode", Role: match.RolePostcode, Read: func(p *person) string { return p.postcode }},
		{Name: "email", Role: match.RoleEmail, Read: func(p *person) string { return p.email }},
	}, nil)
	if err != nil {
		panic(err)
	}
	return s
}()

// everything is the least weight: all candidates.
var everything = -1e9

// Nothing depends on the order of the records, the number of workers, or on whether a
// record was in the batch.
func TestOrderWorkersAndBatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawCrowd(t)
		ix := trainedIndex(t, people, 1)
		pairs, reports, err := ix.Pairs(&match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		groups, err := ix.Cluster(nil)
		require.NoError(t, err)

		other := trainedIndex(t, rapid.Permutation(people).Draw(t, "order"), 3)
		pairs2, reports2, err := other.Pairs(&match.PairsOptions{Least: &everything, Workers: 3})
		require.NoError(t, err)
		groups2, err := other.Cluster(&match.ClusterOptions{Workers: 3})
		require.NoError(t, err)
		require.Equal(t, pairs, pairs2)
		require.Equal(t, reports, reports2)
		require.Equal(t, groups, groups2)

		seen := map[[2]string]bool{}
		total := 0
		for _, m := range pairs {
			require.Less(t, m.A, m.B)
			require.False(t, seen[[2]string{m.A, m.B}], "each pair at most once")
			seen[[2]string{m.A, m.B}] = true
		}
		for _, r := range reports {
			total += r.New
		}
		require.Equal(t, total, len(pairs))

		me := people[rapid.IntRange(0, len(people)-1).Draw(t, "me")]
		var want []match.Match
		for _, m := range pairs {
			if m.A == me.id || m.B == me.id {
				want = append(want, m)
			}
		}
		got, err := ix.Candidates(me, &match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		require.Equal(t, want, got, "of a record that is there")

		rest := slices.DeleteFunc(slices.Clone(people), func(p *person) bool { return p == me })
		fewer, err := match.NewIndex(propertySchema, ix.Model())
		require.NoError(t, err)
		require.NoError(t, fewer.Add(slices.Values(rest), nil))
		for range 2 { // a question leaves nothing behind
			got, err = fewer.Candidates(me, &match.PairsOptions{Least: &everything})
			require.NoError(t, err)
			require.Equal(t, want, got, "of a record that is not there")
		}
		require.NoError(t, fewer.Add(slices.Values([]*person{me}), nil))
		again, _, err := fewer.Pairs(&match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		require.Equal(t, pairs, again, "records added one by one")
	})
}

// Terms add up, either order of two records weighs the same, groups are a partition
// without a vetoed pair, and the likelihood never falls.
func TestMatchProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawCrowd(t)
		ix, err := match.NewIndex(propertySchema, match.Standard(propertySchema))
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values(people), nil))
		report, err := ix.Train(nil)
		require.NoError(t, err)
		for _, s := range report.Sessions {
			for i := 1; i < len(s.LogLikelihoods); i++ {
				require.GreaterOrEqual(t, s.LogLikelihoods[i], s.LogLikelihoods[i-1]-1e-9*float64(s.Pairs), "but for rounding")
			}
		}
		pairs, _, err := ix.Pairs(&match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		for _, m := range pairs {
			e, err := ix.Explain(m.B, m.A)
			require.NoError(t, err)
			require.Equal(t, m, e.Match)
			sum := 0.0
			for _, term := range e.Terms {
				sum += term.Weight + term.Adjustment
			}
			require.InDelta(t, m.Weight, sum, 1e-9)
			require.Contains(t, e.String(), m.A)
		}
		m := pairs[:min(len(pairs), 1)]
		for _, p := range m {
			ix.Decide(p.B, p.A)
		}
		groups, err := ix.Cluster(nil)
		require.NoError(t, err)
		var ids []string
		for _, g := range groups {
			ids = append(ids, g...)
			for i, a := range g {
				for _, b := range g[:i] {
					e, err := ix.Explain(a, b)
					require.NoError(t, err)
					require.Empty(t, e.Vetoes, "no group holds a vetoed pair")
				}
			}
		}
		slices.Sort(ids)
		require.Len(t, slices.Compact(ids), len(people), "each record in one group")
		require.Len(t, ids, len(people))
	})
}

// A model survives its JSON, and gives the same answers after it.
func TestModelJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := drawCrowd(t)
		ix := trainedIndex(t, people, 1)
		data, err := ix.Model().MarshalJSON()
		require.NoError(t, err)
		m, err := match.ParseModel(data)
		require.NoError(t, err)
		again, err := m.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
		other, err := match.NewIndex(propertySchema, m)
		require.NoError(t, err)
		require.NoError(t, other.Add(slices.Values(people), nil))
		want, _, err := ix.Pairs(nil)
		require.NoError(t, err)
		got, _, err := other.Pairs(nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// Agreement never weighs less than disagreement on the same comparison.
func TestAgreementNeverLowers(t *testing.T) {
	t.Parallel()
	var people []*person
	crowd(3000, func(p *person) bool {
		c := *p
		people = append(people, &c)
		return true
	})
	ix := trainedIndex(t, people, 1)
	for _, c := range ix.Model().Comparisons {
		var ratios []float64
		for _, l := range c.Levels {
			if !l.Missing {
				ratios = append(ratios, l.M/l.U)
			}
		}
		require.Greater(t, ratios[0], ratios[len(ratios)-1], c.Name)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, err := match.NewSchema[*person](nil, []match.Field[*person]{{Name: "", Role: 99}}, nil)
	require.ErrorIs(t, err, match.ErrSchema)
	require.GreaterOrEqual(t, strings.Count(err.Error(), "\n"), 2, "all faults at once")
	ix, err := match.NewIndex(propertySchema, match.Standard(propertySchema))
	require.NoError(t, err)
	_, _, err = ix.Pairs(nil)
	require.ErrorIs(t, err, match.ErrModel, "not trained")
	_, err = ix.Train(nil)
	require.ErrorIs(t, err, match.ErrNoData)
	require.ErrorIs(t, ix.Add(slices.Values([]*person{{id: "a"}, {id: "a"}, {}}), nil), match.ErrRecord)
	require.Equal(t, 1, ix.Len())
	_, err = match.NewIndex(propertySchema, &match.Model{Prior: 2})
	require.ErrorIs(t, err, match.ErrModel)
	wide := match.Standard(propertySchema)
	for len(wide.Comparisons) < 50 {
		wide.Comparisons = append(wide.Comparisons, wide.Comparisons...)
		wide.Comparisons = wide.Comparisons[:min(50, len(wide.Comparisons))]
	}
	_, err = match.NewIndex(propertySchema, wide)
	require.ErrorIs(t, err, match.ErrModel, "too many outcomes")
	_, err = match.ReadSplink([]byte(`{"comparisons":[{"comparison_levels":[{"sql_condition":"1 = 1"}]}]}`))
	require.ErrorIs(t, err, match.ErrModel)
	_, err = match.Evaluate(match.Clusters{{"a"}}, nil)
	require.ErrorIs(t, err, match.ErrNoData)
	_, err = match.Evaluate(match.Clusters{{"a"}, {"a"}}, map[string]string{"a": "x"})
	require.ErrorIs(t, err, match.ErrRecord)
}

// Blocks beyond the cap are dropped and said, for one record as for all.
func TestDroppedBlocks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{9, 10, 11, 30} {
		var people []*person
		for i := range n {
			people = append(people, &person{id: fmt.Sprint(i), given: fmt.Sprintf("given%d", i), surname: "smith", dob: "1970-01-02", city: "berlin"})
		}
		m := match.Standard(propertySchema)
		m.MaxBlock = 10
		ix, err := match.NewIndex(propertySchema, m)
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values(people), nil))
		report, err := ix.Train(nil)
		require.NoError(t, err)
		dropped := 0
		for _, r := range report.Rules {
			dropped += r.DroppedPairs
			require.Zero(t, r.Pairs*r.Dropped, "one block each")
			require.Contains(t, []int{0, n}, r.Largest)
		}
		require.Equal(t, n > 10, dropped > 0)
		pairs, _, err := ix.Pairs(&match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		want := 0
		for _, p := range pairs {
			if p.A == "0" || p.B == "0" {
				want++
			}
		}
		require.Equal(t, n <= 10, want > 0)
		found, err := ix.Candidates(people[0], &match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		require.Len(t, found, want, "of a record that is there")
		stranger := *people[0]
		stranger.id, stranger.given = "stranger", "given99"
		found, err = ix.Candidates(&stranger, &match.PairsOptions{Least: &everything})
		require.NoError(t, err)
		require.Equal(t, n <= 9, len(found) > 0, "it would be one more in the block")
	}
}

// A list that is given again needs no memory, and nothing of a question is kept: not of
// values that the index knows, nor of new ones.
func TestCandidatesWithoutMemory(t *testing.T) {
	var people []*person
	crowd(3000, func(p *person) bool {
		c := *p
		people = append(people, &c)
		return true
	})
	ix := trainedIndex(t, people, 1)
	known := *people[100]
	known.id = "new"
	fresh := person{id: "new", given: "quirin", surname: "zobel", dob: people[7].dob, city: "xanten", postcode: people[7].postcode, email: "quirin@new.example"}
	wild := person{id: "new", given: "Qürin  Jr", surname: "ZOBEL", dob: strings.ReplaceAll(people[7].dob, "-", ""), city: "Xanten", postcode: " " + people[7].postcode, email: "Quirin@New.example"}
	var list []match.Match
	before, _, err := ix.Pairs(nil)
	require.NoError(t, err)
	options := &match.PairsOptions{Least: &everything, Households: true}
	for _, p := range []*person{&known, &fresh, &wild} {
		ask := func() {
			var err error
			list, err = ix.AppendCandidates(list[:0], p, options)
			require.NoError(t, err)
		}
		ask()
		want := slices.Clone(list)
		for i := range want { // what lies in them is written over
			want[i].Vetoes, want[i].Shares = slices.Clone(want[i].Vetoes), slices.Clone(want[i].Shares)
		}
		require.NotEmpty(t, want)
		allocations := testing.AllocsPerRun(100, ask)
		if p != &wild {
			require.Zero(t, allocations)
		}
		require.Equal(t, want, list, "the same answer again")
	}
	after, _, err := ix.Pairs(nil)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// Of an empty index there is nothing to tell, and nothing to stumble over.
func TestCandidatesOfNobody(t *testing.T) {
	t.Parallel()
	ix, err := match.NewIndex(contactSchema(), contactModel(contactSchema()))
	require.NoError(t, err)
	found, err := ix.Candidates(contacts[0], nil)
	require.NoError(t, err)
	require.Empty(t, found)
	require.NoError(t, ix.Add(slices.Values(contacts), nil))
	found, err = ix.Candidates(contacts[0], nil)
	require.NoError(t, err)
	require.NotEmpty(t, found)
}

// What one question brought with it says nothing in the next, though its values have the
// same numbers; nor of records that are added after it.
func TestQuestionsForgetOneAnother(t *testing.T) {
	t.Parallel()
	schema := residentSchema(t)
	at := resident{ID: "at", Given: "Katharina", Surname: "Kowalski", Born: "1970-01-02", Email: "katharina.kowalski@mail.example", Phone: "5552345678", Street: "12 long acre road"}
	questions := []resident{
		{ID: "q", Given: "Katharyna", Surname: "Kovalski", Born: "1970-01-03", Email: "katharina.kowalsky@mail.example", Phone: "5552345678", Street: "12 long acre rd"},
		{ID: "q", Given: "Wolfgang", Surname: "Brandt", Born: "1935-11-30", Email: "wb@elsewhere.example", Phone: "5552345678", Street: "9 elm"},
		{ID: "q", Given: "Anirahtak", Surname: "Iksalwok", Born: "1970-01-02", Email: "elpmaxe.liam@ikslawok.anirahtak", Phone: "5552345678", Street: "daor erca gnol 21"}, // the same letters
		{ID: "q", Given: "Katharine", Surname: "Kowalska", Born: "1970-02-01", Email: "kathy.kowalski@mail.example", Phone: "5552345678", Street: "12 long acre roads"},
	}
	options := &match.PairsOptions{Least: &everything}
	start := func() *match.Index[resident] {
		ix, err := match.NewIndex(schema, residentModel(schema))
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values([]resident{at}), nil))
		return ix
	}
	var want [][]match.Match
	for _, q := range questions {
		m, err := start().Candidates(q, options)
		require.NoError(t, err)
		require.Len(t, m, 1)
		want = append(want, m)
	}
	require.NotEqual(t, want[0][0].Weight, want[1][0].Weight)
	ix := start()
	for range 2 {
		for i, q := range questions {
			got, err := ix.Candidates(q, options)
			require.NoError(t, err)
			require.Equal(t, want[i], got)
		}
	}
	for _, last := range questions { // added after a question about another
		for _, q := range questions {
			ix := start()
			_, err := ix.Candidates(q, options)
			require.NoError(t, err)
			last.ID = "q"
			require.NoError(t, ix.Add(slices.Values([]resident{last}), nil))
			got, err := ix.Explain("at", "q")
			require.NoError(t, err)
			fresh := start()
			require.NoError(t, fresh.Add(slices.Values([]resident{last}), nil))
			expected, err := fresh.Explain("at", "q")
			require.NoError(t, err)
			require.Equal(t, expected, got)
		}
	}
}

// A given name that the index knows as a surname alone is asked for, and then comes in:
// what was made of it while it was only asked for is not used again.
func TestQuestionsWithASurnameAsGivenName(t *testing.T) {
	t.Parallel()
	schema := residentSchema(t)
	people := []resident{
		{ID: "1", Given: "Ann", Surname: "Zoltan", Born: "1970-01-02", Street: "1 oak st"},
		{ID: "2", Given: "Bob", Surname: "Quirin", Born: "1971-01-02", Street: "2 oak st"},
		{ID: "3", Given: "Zoltan", Surname: "Hill", Born: "1972-01-02", Street: "3 oak st"},
		{ID: "4", Given: "Quirin", Surname: "Hill", Born: "1972-01-02", Street: "4 oak st"},
		{ID: "5", Given: "Zoltann", Surname: "Vance", Born: "1972-01-03", Street: "5 oak st"},
	}
	start := func() *match.Index[resident] {
		ix, err := match.NewIndex(schema, residentModel(schema))
		require.NoError(t, err)
		require.NoError(t, ix.Add(slices.Values(people[:2]), nil))
		return ix
	}
	options := &match.PairsOptions{Least: &everything}
	plain, asked := start(), start()
	for _, p := range []resident{people[3], people[2], people[4]} {
		_, err := asked.Candidates(p, options)
		require.NoError(t, err)
	}
	for _, ix := range []*match.Index[resident]{plain, asked} {
		require.NoError(t, ix.Add(slices.Values(people[2:]), nil))
	}
	want, rules, err := plain.Pairs(options)
	require.NoError(t, err)
	got, rules2, err := asked.Pairs(options)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, rules, rules2)
}
