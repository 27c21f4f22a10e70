package web

import (
	"context"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// Desk is the application as the pages and the API call it; [desk.App] is one. Every
// method may be called by many goroutines at once.
type Desk interface {
	Overview
	People
	Programme
	Service
	Feedback
	Identity
	Intake
	Privacy
}

// Overview answers how the shop stands.
type Overview interface {
	Head(ctx context.Context) (desk.Head, error)
	Dashboard(ctx context.Context) (desk.Dashboard, error)
}

// People finds customers and keeps what they said about being written to.
type People interface {
	Customers(ctx context.Context, q desk.CustomerQuery) (desk.CustomerList, error)
	Customer(ctx context.Context, id string, o *desk.CustomerOptions) (desk.CustomerPage, error)
	AddContactPoint(ctx context.Context, c desk.ContactPointCommand) (desk.ContactView, error)
	RecordConsent(ctx context.Context, c desk.ConsentCommand) ([]desk.ConsentView, error)
	Segments(ctx context.Context) ([]desk.SegmentView, error)
	Offer(ctx context.Context, c desk.OfferCommand) (desk.AdviceView, error)
	ExplainSegment(ctx context.Context, segment, customer string) (desk.SegmentExplanation, error)
}

// Programme is the loyalty desk.
type Programme interface {
	Account(ctx context.Context, customer string) (desk.AccountView, error)
	QuoteEarn(ctx context.Context, c desk.EarnCommand) (desk.QuoteView, error)
	QuoteRedeem(ctx context.Context, c desk.RedeemCommand) (desk.QuoteView, error)
	Earn(ctx context.Context, c desk.EarnCommand) (desk.LoyaltyResult, error)
	Redeem(ctx context.Context, c desk.RedeemCommand) (desk.LoyaltyResult, error)
	Hold(ctx context.Context, c desk.HoldCommand) (desk.LoyaltyResult, error)
	Capture(ctx context.Context, c desk.SettleHoldCommand) (desk.LoyaltyResult, error)
	Release(ctx context.Context, c desk.SettleHoldCommand) (desk.LoyaltyResult, error)
	Refund(ctx context.Context, c desk.RefundCommand) (desk.LoyaltyResult, error)
}

// Service is the queue of cases.
type Service interface {
	Cases(ctx context.Context, q desk.CaseQuery) (desk.CaseList, error)
	Case(ctx context.Context, id string) (desk.CasePage, error)
	OpenCase(ctx context.Context, c desk.OpenCaseCommand) (desk.CaseResult, error)
	ActOnCase(ctx context.Context, c desk.CaseCommand) (desk.CaseResult, error)
}

// Feedback asks and takes answers.
type Feedback interface {
	Surveys(ctx context.Context) ([]desk.SurveyHead, error)
	Survey(ctx context.Context, id, customer, language string) (desk.SurveyForm, error)
	Answer(ctx context.Context, c desk.AnswerCommand) (desk.AnswerResult, error)
}

// Identity proposes, makes and undoes merges.
type Identity interface {
	Proposals(ctx context.Context) ([]desk.ProposalView, error)
	Merge(ctx context.Context, c desk.MergeCommand) (desk.MergeView, error)
	UndoMerge(ctx context.Context, c desk.UndoMergeCommand) (desk.MergeView, error)
	Distinct(ctx context.Context, c desk.DistinctCommand) error
	Merges(ctx context.Context) ([]desk.MergeView, error)
}

// Intake imports.
type Intake interface {
	ImportInvoices(ctx context.Context, c desk.ImportCommand, tell desk.Progress) (desk.ImportReport, error)
	ImportShop(ctx context.Context, tell desk.Progress) (desk.ImportReport, error)
	Imports(ctx context.Context) ([]desk.ImportReport, error)
}

// Privacy hands out and erases what is held about a person.
type Privacy interface {
	Export(ctx context.Context, customer, format string) (desk.File, error)
	Erase(ctx context.Context, c desk.EraseCommand) (desk.ReceiptView, error)
	Receipts(ctx context.Context) ([]desk.ReceiptView, error)
}

var _ Desk = (*desk.App)(nil)
