package shop

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Population is the number of customers of a simulated shop.
const Population = 360

// Simulate makes the shop of a seed.
func Simulate(seed uint64) *Shop {
	s := &Shop{
		From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		To:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	countries := Countries()
	for i := range Population {
		// A stream of randomness for each customer: one more draw for one of them
		// leaves all the others as they were.
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		c := person(r, i, countries[i%len(countries)], s)
		s.Customers = append(s.Customers, c)
		s.buy(r, c, countries[i%len(countries)].Name)
	}
	s.order()
	return s
}

func person(r *rand.Rand, i int, country Country, s *Shop) Customer {
	c := Customer{
		ID: fmt.Sprintf("M%04d", 1001+i), Country: country.Code, Language: country.Language, Zone: country.Zone,
		Given:   country.given[r.IntN(len(country.given))],
		Surname: country.surnames[r.IntN(len(country.surnames))],
		Joined:  s.From.Add(time.Duration(r.Float64() * 0.97 * float64(s.To.Sub(s.From)))).Truncate(time.Second),
		Consent: r.Float64() < 0.7,
	}
	c.Written = c.Given + country.joint + c.Surname
	if country.surnameFirst {
		c.Written = c.Surname + country.joint + c.Given
	}
	if country.Code == "DE" && r.Float64() < 0.15 {
		c.Title = "Dr."
	}
	if r.Float64() < 0.08 {
		c.CallMe = strings.Fields(c.Given)[0]
	}
	c.Email = fmt.Sprintf("%s@example.com", strings.ToLower(c.ID))
	return c
}

// gamma draws from a gamma distribution of the given shape and mean 1 (Marsaglia
// and Tsang 2000), boosted for shapes below one.
func gamma(r *rand.Rand, shape float64) float64 {
	boost := 1.0
	k := shape
	if k < 1 {
		boost = math.Pow(r.Float64(), 1/k)
		k++
	}
	d := k - 1.0/3
	for {
		x := r.NormFloat64()
		v := 1 + x/math.Sqrt(9*d)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v * boost / shape
		}
	}
}

// buy plays one customer's two years.
func (s *Shop) buy(r *rand.Rand, c Customer, country string) {
	perYear := 8 * gamma(r, 0.9)
	dropout := 0.03 + 0.2*r.Float64()*r.Float64()
	spend := 45 * gamma(r, 4)
	for at := c.Joined; at.Before(s.To); {
		order := s.order1(r, c, at, country, spend)
		s.after(r, c, order)
		if r.Float64() < dropout {
			return
		}
		years := r.ExpFloat64() / perYear
		if years > 3 {
			return
		}
		at = daytime(r, at.Add(time.Duration(years*365.25*24*float64(time.Hour))))
	}
}

// daytime moves an order into the waking hours of the day that it fell on.
func daytime(r *rand.Rand, t time.Time) time.Time {
	return t.Truncate(24 * time.Hour).Add(time.Duration(7*3600+r.IntN(14*3600)) * time.Second)
}

func (s *Shop) order1(r *rand.Rand, c Customer, at time.Time, country string, spend float64) Invoice {
	lines := 1 + r.IntN(6)
	pence := int64(math.Round(100 * spend * gamma(r, 5)))
	order := Invoice{
		Number: fmt.Sprintf("%s-%03d", c.ID, s.count(c.ID)+1), Customer: c.ID, At: at, Country: country,
		Lines: lines, Quantity: lines + r.IntN(5), Amount: decimal.New(max(pence, 300), -2),
	}
	s.Invoices = append(s.Invoices, order)
	return order
}

// count is how many orders of the customer there are; they stand together at the end of the list.
func (s *Shop) count(customer string) int {
	n := 0
	for i := len(s.Invoices) - 1; i >= 0 && s.Invoices[i].Customer == customer; i-- {
		if !s.Invoices[i].Cancelled() {
			n++
		}
	}
	return n
}

func (s *Shop) order() {
	slices.SortStableFunc(s.Invoices, func(a, b Invoice) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(s.Contacts, func(a, b Contact) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(s.Answers, func(a, b Answer) int { return a.At.Compare(b.At) })
}
