package intake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/intake"
)

func TestShopIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	s := intake.Shop(1)
	require.Equal(t, s, intake.Shop(1))
	ids := map[string]bool{}
	orders, phones := 0, map[string]bool{}
	for _, p := range s.People {
		require.False(t, ids[p.ID], p.ID)
		ids[p.ID] = true
		phones[p.Phone] = true
		for _, o := range p.Orders {
			orders++
			sum := int64(0)
			for _, item := range o.Items {
				require.Positive(t, item.Minor)
				sum += item.Minor
			}
			require.Equal(t, o.Returned, o.Minor < 0)
			if !o.Returned {
				require.Equal(t, o.Minor, sum, o.Number)
			}
		}
	}
	require.Greater(t, orders, 1000)
	require.Greater(t, len(phones), 200)
}

const file = `InvoiceNo,CustomerID,InvoiceDate,Country,amount
1,A,2011-01-03 10:00,United Kingdom,10.00
2,A,2011-01-05 10:00,United Kingdom,20.00
C3,A,2011-01-06 10:00,United Kingdom,-25.00
4,B,2011-01-04 10:00,EIRE,7.5
4,B,2011-01-04 10:00,EIRE,7.5
5,,2011-01-04 10:00,France,3
6,B,yesterday,EIRE,3
`

func TestInvoices(t *testing.T) {
	t.Parallel()
	s, err := intake.Invoices(t.Context(), "some.csv", strings.NewReader(file), nil)
	require.NoError(t, err)
	require.Equal(t, int64(7), s.Rows)
	require.Equal(t, int64(1), s.Duplicates)
	require.Equal(t, int64(1), s.Malformed)
	require.Equal(t, int64(1), s.Anonymous)
	require.Len(t, s.Faults, 1)
	require.Len(t, s.People, 2)
	a := s.People[0]
	require.Equal(t, "GB", a.Region)
	require.Equal(t, []intake.Order{
		{Number: "1", At: a.Orders[0].At, Minor: 1000},
		{Number: "2", At: a.Orders[1].At, Minor: 2000},
		{Number: "C3", At: a.Orders[2].At, Minor: -2000, Returned: true, Of: "2"},
		{Number: "C3/2", At: a.Orders[2].At, Minor: -500, Returned: true, Of: "1"},
	}, a.Orders)
	require.Equal(t, "IE", s.People[1].Region)

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write([]byte(file))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	read := int64(0)
	again, err := intake.Invoices(t.Context(), "some.csv", &packed, func(n int64) { read = n })
	require.NoError(t, err)
	require.Equal(t, s, again)
	require.Positive(t, read)
}

func TestInvoicesRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a,b\n1,2\n", "\x1f\x8bnonsense"} {
		_, err := intake.Invoices(t.Context(), "x", strings.NewReader(text), nil)
		require.Error(t, err)
	}
}

// A small file that unpacks to a great one is given up at the limit, and so is one whose
// reader has gone.
func TestInvoicesAreBounded(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("x", 4095) + "\n"
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = w.Write([]byte(strings.SplitAfter(file, "\n")[0]))
	require.NoError(t, err)
	block := bytes.Repeat([]byte(line), 1<<20/len(line))
	for range intake.MaxText>>20 + 1 {
		_, err = w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	_, err = intake.Invoices(t.Context(), "x", &packed, nil)
	require.ErrorIs(t, err, intake.ErrTooMany)
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err = intake.Invoices(gone, "x", strings.NewReader(file), nil)
	require.ErrorIs(t, err, context.Canceled)
}

// An invoice over nothing is no order; it is counted. Who has no other is kept for it.
func TestInvoicesOverNothing(t *testing.T) {
	t.Parallel()
	text := file + "7,A,2011-01-04 10:00,France,0\n8,C,2011-01-04 10:00,France,0\n"
	s, err := intake.Invoices(t.Context(), "x", strings.NewReader(text), nil)
	require.NoError(t, err)
	require.Equal(t, int64(1), s.Free)
	require.Len(t, s.People, 3)
	require.Len(t, s.People[2].Orders, 1)
}

func TestRegion(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"Germany": "DE", " japan ": "JP", "Atlantis": "", "": "", "United Kingdom": "GB", "EIRE": "IE", "USA": "US"} {
		require.Equal(t, code, intake.Region(name), name)
	}
}
