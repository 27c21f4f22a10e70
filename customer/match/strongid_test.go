package match_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
)

// Two values of one strong id are two people, whatever else they share; what a form
// sends where nobody has logged in is no id.
func TestStrongIDs(t *testing.T) {
	t.Parallel()
	schema, err := match.NewSchema(func(r []string) string { return r[0] }, []match.Field[[]string]{
		{Name: "given", Role: match.RoleGiven, Read: func(r []string) string { return r[1] }},
		{Name: "surname", Role: match.RoleSurname, Read: func(r []string) string { return r[2] }},
		{Name: "login", Role: match.RoleStrongID, Read: func(r []string) string { return r[3] }},
	}, nil)
	require.NoError(t, err)
	rows := [][]string{
		{"1", "ann", "lee", "u1"},
		{"2", "ann", "lee", "u2"},
		{"3", "ann", "lee", "undefined"},
		{"4", "bea", "kim", "undefined"},
		{"5", "cy", "low", "null"},
		{"6", "di", "may", "[object Object]"},
		{"7", "ed", "nye", "0"},
	}
	ix, err := match.NewIndex(schema, match.Standard(schema))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(rows), nil))
	report, err := ix.Train(nil)
	require.NoError(t, err)
	var demoted []string
	for _, d := range report.Demoted {
		require.Equal(t, match.ReasonPlaceholder, d.Reason)
		demoted = append(demoted, d.Value)
	}
	require.Equal(t, []string{"0", "[object Object]", "null", "undefined"}, demoted)
	e, err := ix.Explain("1", "2")
	require.NoError(t, err)
	require.Equal(t, []match.Veto{{Kind: match.VetoStrongID, Field: "login", A: "u1", B: "u2"}}, e.Vetoes)
	require.Equal(t, match.Different, e.Verdict)
	e, err = ix.Explain("1", "3")
	require.NoError(t, err)
	require.Empty(t, e.Vetoes)
	require.Len(t, e.Demoted, 1, "the reason is kept")
	groups, err := ix.Cluster(nil)
	require.NoError(t, err)
	for _, g := range groups {
		require.False(t, slices.Contains(g, "1") && slices.Contains(g, "2"), "not through a third record either")
	}
}

// A decision undone by another record: A is B and B is C by weight, then A and B are
// found to be two people; C follows the better link.
func TestDecisionMovesTheThird(t *testing.T) {
	t.Parallel()
	rows := []contact{
		{"a", "Ann", "Lee", "", "1970-03-14", "ann@mail.example", "555-234-5678"},
		{"b", "Ann", "Lee", "", "1970-03-14", "ann@mail.example", ""},
		{"c", "Ann", "Lee", "", "1970-03-14", "", "555-234-5678"},
	}
	s := contactSchema()
	ix, err := match.NewIndex(s, contactModel(s))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(rows), nil))
	groups, err := ix.Cluster(nil)
	require.NoError(t, err)
	require.Equal(t, match.Clusters{{"a", "b", "c"}}, groups)
	ix.Decide("b", "a")
	groups, err = ix.Cluster(nil)
	require.NoError(t, err)
	require.Equal(t, match.Clusters{{"a", "c"}, {"b"}}, groups)
}
