package match_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
)

type resident struct{ ID, Given, Surname, Reading, Born, Email, Phone, Street, Postcode, Login string }

func residentSchema(t testing.TB) *match.Schema[resident] {
	t.Helper()
	return residentSchemaOf(t)
}

func residentSchemaOf(t require.TestingT) *match.Schema[resident] {
	s, err := match.NewSchema(func(r resident) string { return r.ID }, []match.Field[resident]{
		{Name: "given", Role: match.RoleGiven, Read: func(r resident) string { return r.Given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(r resident) string { return r.Surname }},
		{Name: "reading", Role: match.RoleReading, Read: func(r resident) string { return r.Reading }},
		{Name: "born", Role: match.RoleBirth, Read: func(r resident) string { return r.Born }},
		{Name: "email", Role: match.RoleEmail, Read: func(r resident) string { return r.Email }},
		{Name: "phone", Role: match.RolePhone, Read: func(r resident) string { return r.Phone }},
		{Name: "street", Role: match.RoleStreet, Read: func(r resident) string { return r.Street }},
		{Name: "postcode", Role: match.RolePostcode, Read: func(r resident) string { return r.Postcode }},
		{Name: "login", Role: match.RoleStrongID, Read: func(r resident) string { return r.Login }},
	}, nil)
	require.NoError(t, err)
	return s
}

// residentModel has probabilities as if it had been trained on many.
func residentModel(s *match.Schema[resident]) *match.Model {
	m := match.Standard(s)
	for i := range m.Comparisons {
		levels, u := m.Comparisons[i].Levels, 1e-4
		for k := range levels {
			if !levels[k].Missing {
				levels[k].U = min(u, 0.9)
				u *= 5
			}
		}
		levels[len(levels)-1].U = 0.9
	}
	m.Frequencies = map[string]*match.Frequencies{"street": {Total: 1000, Shares: map[string]float64{"1 plaza": 0.5, "2 elm st": 0.004}, Others: 0.001}}
	m.Demoted = []match.Demotion{{Field: "phone", Value: "5550000000", Reason: match.ReasonShared, Names: 40}}
	return m
}

func residentPair(t testing.TB, a, b resident) match.Explanation {
	t.Helper()
	a.ID, b.ID = "a", "b"
	s := residentSchema(t)
	ix, err := match.NewIndex(s, residentModel(s))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values([]resident{b, a}), nil))
	e, err := ix.Explain("a", "b")
	require.NoError(t, err)
	high := 1e9
	pairs, _, err := ix.Pairs(&match.PairsOptions{Least: &high, Households: true})
	require.NoError(t, err)
	found, err := ix.Candidates(a, &match.PairsOptions{Least: &high, Households: true})
	require.NoError(t, err)
	require.Len(t, found, len(pairs))
	require.ElementsMatch(t, pairs, found)
	if e.Proposal != 0 {
		require.Equal(t, []match.Match{e.Match}, pairs, "however little it weighs")
	} else {
		require.Empty(t, pairs)
	}
	groups, err := ix.Cluster(nil)
	require.NoError(t, err)
	if e.Verdict != match.Same {
		require.Equal(t, match.Clusters{{"a"}, {"b"}}, groups, "a proposal merges nothing")
	}
	return e
}

func TestHouseholds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		a, b   resident
		want   match.Verdict
		shares []string // none: nothing is proposed
	}{
		{
			"spouses with one e-mail and telephone",
			resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Email: "hill@mail.example", Phone: "5552345678"},
			resident{Given: "Bob", Surname: "Hill", Born: "1968-05-06", Email: "hill@mail.example", Phone: "5552345678"},
			match.Different,
			[]string{"email", "phone", "surname"},
		},
		{
			"a couple of two surnames",
			resident{Given: "Ann", Surname: "Hill", Phone: "5552345678", Street: "3 oak st", Postcode: "10001"},
			resident{Given: "Bob", Surname: "Vance", Phone: "5552345678", Street: "3 oak st", Postcode: "10001"},
			match.Different,
			[]string{"phone", "street"},
		},
		{
			"one telephone and two surnames are not enough",
			resident{Given: "Ann", Surname: "Hill", Phone: "5552345678"},
			resident{Given: "Bob", Surname: "Vance", Phone: "5552345678"},
			match.Different, nil,
		},
		{
			"twins",
			resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Street: "3 oak st", Postcode: "10001"},
			resident{Given: "Zoe", Surname: "Hill", Born: "1970-01-02", Street: "3 oak st", Postcode: "10001"},
			match.Different,
			[]string{"street", "surname"},
		},
		{
			"parent and child of one name",
			resident{Given: "Bob", Surname: "Hill Sr", Born: "1940-01-02", Phone: "5552345678"},
			resident{Given: "Bob", Surname: "Hill Jr", Born: "1970-03-04", Phone: "5552345678"},
			match.Different,
			[]string{"phone", "surname"},
		},
		{
			"who may be one person is reviewed before a household is thought of",
			resident{Given: "Bob", Surname: "Hill", Born: "1940-01-02", Email: "h@mail.example", Phone: "5552345678"},
			resident{Given: "Bob", Surname: "Hill Jr", Email: "h@mail.example", Phone: "5552345678"},
			match.Review, nil,
		},
		{
			"colleagues at the firm's address and telephone",
			resident{Given: "Ann", Surname: "Hill", Phone: "5550000000", Street: "1 plaza", Postcode: "10001"},
			resident{Given: "Bob", Surname: "Hill", Phone: "5550000000", Street: "1 plaza", Postcode: "10001"},
			match.Different, nil,
		},
		{
			"a street of that name elsewhere",
			resident{Given: "Ann", Surname: "Hill", Street: "3 oak st", Postcode: "10001"},
			resident{Given: "Bob", Surname: "Hill", Street: "3 oak st", Postcode: "99999"},
			match.Different, nil,
		},
		{
			"a street of a few records",
			resident{Given: "Ann", Surname: "Hill", Street: "2 elm st"},
			resident{Given: "Bob", Surname: "Hill", Street: "2 elm st"},
			match.Different,
			[]string{"street", "surname"},
		},
		{
			"nothing tells two given names apart that are missing",
			resident{Surname: "Hill", Street: "3 oak st"},
			resident{Given: "Bob", Surname: "Hill", Street: "3 oak st"},
			match.Different, nil,
		},
		{
			"one person",
			resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Email: "hill@mail.example", Phone: "5552345678"},
			resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Email: "hill@mail.example", Phone: "5552345678"},
			match.Same, nil,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, e := range []match.Explanation{residentPair(t, c.a, c.b), residentPair(t, c.b, c.a)} {
				require.Equal(t, c.want, e.Verdict, e.String())
				require.Equal(t, c.shares, e.Shares)
				require.Equal(t, c.shares != nil, e.Proposal == match.ProposalHousehold)
				if c.shares != nil {
					require.Contains(t, e.String(), "propose  household: they share")
				}
				data, err := json.Marshal(e.Match)
				require.NoError(t, err)
				var back match.Match
				require.NoError(t, json.Unmarshal(data, &back))
				require.Equal(t, e.Match, back)
			}
		})
	}
}

// Names that cannot be compared neither support nor veto.
func TestNamesOfDifferentScripts(t *testing.T) {
	t.Parallel()
	base := resident{Born: "1970-01-02", Email: "yt@mail.example", Phone: "5552345678"}
	with := func(given, surname, reading, login string) resident {
		r := base
		r.Given, r.Surname, r.Reading, r.Login = given, surname, reading, login
		return r
	}
	noName := []match.VetoKind{match.VetoNoName}
	cases := []struct {
		name   string
		a, b   resident
		want   match.Verdict
		vetoes []match.VetoKind
		names  float64 // of what the names weigh: its sign
	}{
		{"kanji and Latin letters", with("太郎", "山田", "", ""), with("Taro", "Yamada", "", ""), match.Review, noName, 0},
		{"another name in the other script looks the same", with("花子", "鈴木", "", ""), with("Taro", "Yamada", "", ""), match.Review, noName, 0},
		{"with a reading", with("太郎", "山田", "ヤマダ タロウ", ""), with("Taro", "Yamada", "", ""), match.Same, nil, 1},
		{"with a reading of another name", with("太郎", "山田", "ヤマダ タロウ", ""), with("Jiro", "Yamada", "", ""), match.Different, []match.VetoKind{match.VetoGiven}, -1},
		{"with one strong id", with("太郎", "山田", "", "u17"), with("Taro", "Yamada", "", "u17"), match.Same, nil, 0},
		{"with two strong ids", with("太郎", "山田", "", "u17"), with("Taro", "Yamada", "", "u18"), match.Different, []match.VetoKind{match.VetoStrongID, match.VetoNoName}, 0},
		{"a name is missing", with("", "", "", ""), with("Taro", "Yamada", "", ""), match.Review, noName, 0},
		{"Cyrillic and Latin letters", with("Иван", "Петров", "", ""), with("Ivan", "Petrov", "", ""), match.Review, noName, 0},
		{"one surname, and given names that may be a twin's", with("花子", "Yamada", "", ""), with("Taro", "Yamada", "", ""), match.Review, noName, -1},
		{"a given name is missing and the surname is one", with("", "Yamada", "", ""), with("Taro", "Yamada", "", ""), match.Same, nil, -1},
		{"a given name in common, surnames of two scripts", with("Taro", "山田", "", ""), with("Taro", "Yamada", "", ""), match.Same, nil, -1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, e := range []match.Explanation{residentPair(t, c.a, c.b), residentPair(t, c.b, c.a)} {
				require.Equal(t, c.want, e.Verdict, e.String())
				var kinds []match.VetoKind
				for _, v := range e.Vetoes {
					kinds = append(kinds, v.Kind)
				}
				require.Equal(t, c.vetoes, kinds)
				w := e.Terms[1].Weight
				require.Equal(t, c.names, map[bool]float64{true: 1}[w > 0]-map[bool]float64{true: 1}[w < 0], e.String())
			}
		})
	}
}

// A record without a given name weighs as much with either of two twins: whom it joins
// depends on what they are called and not on their ids.
func TestTiesAreNotBrokenByIDs(t *testing.T) {
	t.Parallel()
	twin := resident{Surname: "Hill", Born: "1970-01-02", Email: "h@mail.example", Phone: "5552345678"}
	schema := residentSchema(t)
	partners := map[string]int{}
	for _, names := range [][2]string{{"Ann", "Zoe"}, {"Bob", "Lucas"}, {"Mia", "Theodor"}, {"Emil", "Ursula"}} {
		partner := ""
		for _, ids := range [][3]string{{"a", "b", "c"}, {"a", "c", "b"}, {"b", "a", "c"}, {"b", "c", "a"}, {"c", "a", "b"}, {"c", "b", "a"}} {
			x, y, z := twin, twin, twin
			x.ID, y.ID, z.ID = ids[0], ids[1], ids[2]
			y.Given, z.Given = names[0], names[1]
			ix, err := match.NewIndex(schema, residentModel(schema))
			require.NoError(t, err)
			require.NoError(t, ix.Add(slices.Values([]resident{z, x, y}), nil))
			groups, err := ix.Cluster(nil)
			require.NoError(t, err)
			require.Len(t, groups, 2)
			joined := names[1]
			for _, g := range groups {
				if slices.Contains(g, x.ID) && slices.Contains(g, y.ID) {
					joined = names[0]
				}
			}
			require.True(t, partner == "" || partner == joined, "%s with %v", joined, ids)
			partner = joined
		}
		partners[partner]++
	}
	require.Len(t, partners, 4)
}
