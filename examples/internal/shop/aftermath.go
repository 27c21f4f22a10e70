package shop

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// after plays what follows an order: the way it came in, questions, a complaint,
// a return, and the answer to a survey.
func (s *Shop) after(r *rand.Rand, c Customer, order Invoice) {
	s.contact(c, order.At.Add(-9*time.Minute), "self_service", "purchase", "order", "", true, "order "+order.Number)
	if order.At.Equal(c.Joined) {
		if r.Float64() < 0.25 {
			s.contact(c, order.At.Add(-70*time.Hour), pick(r, "social_media", "in_person", "community"), "awareness", "product_inquiry", "", true, "what is it that you sell?")
		}
		s.contact(c, order.At.Add(-12*time.Minute), "subscription", "purchase", "onboarding", "", true, "joins the programme")
	}
	if r.Float64() < 0.12 {
		s.contact(c, order.At.Add(-26*time.Hour), pick(r, "live_chat", "social_media", "community", "in_person"), "consideration", "product_inquiry", "", true, "is it the right one for me?")
	}
	happy := 0.75
	if r.Float64() < 0.14 {
		happy = s.complaint(r, c, order)
	}
	if r.Float64() < 0.07 && order.At.AddDate(0, 0, 9).Before(s.To) {
		s.giveBack(r, c, order)
	}
	if r.Float64() < 0.3 {
		s.survey(r, c, order, happy)
	}
}

// complaint opens a ticket and tells how happy the customer is when it is over.
func (s *Shop) complaint(r *rand.Rand, c Customer, order Invoice) float64 {
	ticket := "T-" + order.Number
	at := order.At.Add(time.Duration(30+r.IntN(60)) * time.Hour)
	channel := pick(r, "email", "phone", "live_chat", "social_media")
	s.contact(c, at, channel, "post_purchase", "problem_solving", ticket, true, "the parcel is late")
	wait := time.Duration(r.ExpFloat64() * 5 * float64(time.Hour)).Truncate(time.Second)
	s.contact(c, at.Add(wait+2*time.Minute), channel, "post_purchase", "problem_solving", ticket, false, "I understand how annoying this is; here is what we do")
	if r.Float64() < 0.15 {
		s.contact(c, at.Add(wait+26*time.Hour), "escalation", "post_purchase", "complaint", ticket, true, "I would like to speak to your supervisor")
		return 0.3
	}
	return 0.62 - 0.02*min(wait.Hours(), 12)
}

func (s *Shop) giveBack(r *rand.Rand, c Customer, order Invoice) {
	back := order
	back.Number, back.Of = "C"+order.Number, order.Number
	back.At = order.At.Add(time.Duration(3*24+r.IntN(5*24)) * time.Hour)
	back.Quantity, back.Amount = -order.Quantity, order.Amount.Neg()
	s.Invoices = append(s.Invoices, back)
	s.contact(c, back.At, "email", "post_purchase", "order_support", "", true, "return of "+order.Number)
}

func (s *Shop) survey(r *rand.Rand, c Customer, order Invoice, happy float64) {
	at := order.At.Add(time.Duration(4*24+r.IntN(48)) * time.Hour)
	if !at.Before(s.To) {
		return
	}
	s.contact(c, at.Add(-3*time.Hour), "survey", "post_purchase", "post_purchase_survey", "", false, "how did we do?")
	score := func(top int) string {
		v := happy + 0.35*(r.Float64()-0.35)
		return strconv.Itoa(max(0, min(top, int(v*float64(top)+0.5))))
	}
	s.Answers = append(s.Answers, Answer{c.ID, "nps", at, score(10)})
	if r.Float64() < 0.7 {
		csat, _ := strconv.Atoi(score(4))
		s.Answers = append(s.Answers, Answer{c.ID, "csat", at, strconv.Itoa(csat + 1)})
	}
	if r.Float64() < 0.02 { // what a form without checks lets through
		s.Answers = append(s.Answers, Answer{c.ID, "nps", at, pick(r, "11", "-1", "8.5", "nine")})
	}
}

func (s *Shop) contact(c Customer, at time.Time, channel, stage, purpose, ticket string, inbound bool, text string) {
	if at.Before(s.From) || !at.Before(s.To) {
		return
	}
	s.Contacts = append(s.Contacts, Contact{
		ID: fmt.Sprintf("%s-i%03d", c.ID, s.contacts(c.ID)+1), Customer: c.ID, At: at,
		Channel: channel, Stage: stage, Purpose: purpose, Ticket: ticket, Inbound: inbound, Text: text,
	})
}

func (s *Shop) contacts(customer string) int {
	n := 0
	for i := len(s.Contacts) - 1; i >= 0 && s.Contacts[i].Customer == customer; i-- {
		n++
	}
	return n
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }
