package interaction

// A Purpose says what a contact was for. The vocabulary is open: hosts add
// lower-case names of their own. Compare with ==.
type Purpose string

// The purposes that the field's guides name, by the type of contact in which
// they are usual.
const (
	PurposeRetail             Purpose = "retail"               // in person: shop floor
	PurposeServiceCentre      Purpose = "service_centre"       // in person: bank, clinic, service desk
	PurposeInquiry            Purpose = "inquiry"              // phone: questions of any kind
	PurposeOrderSupport       Purpose = "order_support"        // phone: tracking, delivery, changes to an order
	PurposeProductInquiry     Purpose = "product_inquiry"      // e-mail: questions about a product
	PurposeProblemSolving     Purpose = "problem_solving"      // e-mail: something does not work
	PurposeComplaint          Purpose = "complaint"            // e-mail, escalated: an expression of dissatisfaction that expects an answer
	PurposeRealTimeHelp       Purpose = "real_time_help"       // live chat: help while it happens
	PurposeSiteNavigation     Purpose = "site_navigation"      // live chat: finding one's way on the site
	PurposePublicFeedback     Purpose = "public_feedback"      // social media: praise and criticism in public
	PurposePublicProblem      Purpose = "public_problem"       // social media: a problem raised and solved in public
	PurposeFAQ                Purpose = "faq"                  // self-service: FAQ and knowledge base
	PurposeIVR                Purpose = "ivr"                  // self-service: voice menu
	PurposeBot                Purpose = "bot"                  // self-service: chatbot
	PurposePostPurchaseSurvey Purpose = "post_purchase_survey" // survey: after a purchase
	PurposeFeedbackRequest    Purpose = "feedback_request"     // survey: a request for feedback or a review
	PurposeSupervisor         Purpose = "supervisor"           // escalated: a supervisor takes over
	PurposePeerHelp           Purpose = "peer_help"            // community: customers help each other
	PurposeModeration         Purpose = "moderation"           // community: the business keeps order
	PurposeOfficialSupport    Purpose = "official_support"     // community: the business answers
	PurposeBilling            Purpose = "billing"              // subscription: invoices and payments
	PurposePlanChange         Purpose = "plan_change"          // subscription: upgrade, downgrade, pause
	PurposeCancellation       Purpose = "cancellation"         // subscription: leaving
	PurposeAccount            Purpose = "account"              // subscription: data and access
	PurposeOnboarding         Purpose = "onboarding"           // outreach: first steps of a new customer
	PurposeCheckIn            Purpose = "check_in"             // outreach: how are things going
)

// Valid reports whether the purpose is a well-formed name.
func (p Purpose) Valid() bool { return isName(string(p)) }

// Purposes lists the usual purposes of one of the ten types, most usual first;
// none for a channel of the host's own. They describe practice and forbid
// nothing: a complaint may come by any channel.
func Purposes(c Channel) []Purpose {
	switch c {
	case InPerson:
		return []Purpose{PurposeRetail, PurposeServiceCentre}
	case Phone:
		return []Purpose{PurposeInquiry, PurposeOrderSupport}
	case Email:
		return []Purpose{PurposeProductInquiry, PurposeProblemSolving, PurposeComplaint}
	case LiveChat:
		return []Purpose{PurposeRealTimeHelp, PurposeSiteNavigation}
	case SocialMedia:
		return []Purpose{PurposePublicFeedback, PurposePublicProblem}
	case SelfService:
		return []Purpose{PurposeFAQ, PurposeIVR, PurposeBot}
	case Survey:
		return []Purpose{PurposePostPurchaseSurvey, PurposeFeedbackRequest}
	case Escalated:
		return []Purpose{PurposeSupervisor, PurposeComplaint}
	case Community:
		return []Purpose{PurposePeerHelp, PurposeModeration, PurposeOfficialSupport}
	case Subscription:
		return []Purpose{PurposeBilling, PurposePlanChange, PurposeCancellation, PurposeAccount}
	default:
		return nil
	}
}
