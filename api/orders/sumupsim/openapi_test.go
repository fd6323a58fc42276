package sumupsim_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

var published = flag.String("sumup", "", "SumUp's published OpenAPI `file`, to hold the answers against it as well as against ours")

// contract is an OpenAPI 3.0 document.
type contract struct {
	name     string
	paths    map[string]map[string]json.RawMessage // of operations, by method
	compiler *jsonschema.Compiler
}

type documented struct {
	Content map[string]json.RawMessage
}

func readContract(t *testing.T, name string) *contract {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{name: path.Base(name), compiler: jsonschema.NewCompiler()}
	if err := json.Unmarshal(text, &struct{ Paths any }{&c.paths}); err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c.compiler.DefaultDraft(jsonschema.Draft4)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("mem:///sumup.json", whole); err != nil {
		t.Fatal(err)
	}
	return c
}

var parameter = regexp.MustCompile(`\\\{[^/]*\\\}`)

// check says in what an answer is not what the document promises. What it does not know of,
// 5xx and 429, is to be a problem document.
func (c *contract) check(method, address string, r reply) error {
	plain, _, _ := strings.Cut(address, "?")
	for template, methods := range c.paths {
		if !regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$").MatchString(plain) {
			continue
		}
		pointer := "#/components/schemas/Problem"
		media := r.header.Get("Content-Type")
		var operation struct{ Responses map[string]documented }
		if text := methods[strings.ToLower(method)]; text == nil || json.Unmarshal(text, &operation) != nil {
			return fmt.Errorf("%s: no %s of %s", c.name, method, plain)
		}
		if answer, known := operation.Responses[fmt.Sprint(r.status)]; known {
			if answer.Content[media] == nil {
				return fmt.Errorf("%s: the type %q is not documented", c.name, media)
			}
			escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace
			pointer = fmt.Sprintf("#/paths/%s/%s/responses/%d/content/%s/schema", escape(template), strings.ToLower(method), r.status, escape(media))
		} else if media != "application/problem+json" || r.status < 500 && r.status != http.StatusTooManyRequests && r.status != http.StatusUnauthorized {
			return fmt.Errorf("%s: %d of type %q is not documented", c.name, r.status, media)
		}
		schema, err := c.compiler.Compile("mem:///sumup.json" + pointer)
		if err != nil {
			return err
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.text))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	return fmt.Errorf("%s: no path for %s", c.name, plain)
}

// tour sends requests that lead to every answer of every route.
func tour(w *world, ask func(method, path string, body any) reply) {
	merchant := "/v1.0/merchants/" + sumupsim.Merchant
	transactions := "/v2.1/merchants/" + sumupsim.Merchant + "/transactions"
	ask("POST", "/v0.1/checkouts", fields("A1", "valid_until", "2026-05-01T09:30:00Z", "return_url", "http://127.0.0.1:1/", "redirect_url", "http://127.0.0.1:1/"))
	ask("POST", "/v0.1/checkouts", fields("A1"))
	ask("POST", "/v0.1/checkouts", fields("A2", "currency", nil))
	ask("POST", "/v0.1/checkouts", fields("A2", "merchant_code", "OTHER"))
	ask("POST", "/v0.1/checkouts", `{"`)
	ask("POST", "/v0.1/checkouts", fields("A3"))
	ask("POST", "/v0.1/checkouts", fields("A4", "hosted_checkout", nil, "description", nil))
	id := func(reference string) string {
		id, _ := w.Checkout(reference)
		return id + "0"[min(len(id), 1):] // "0" where it was not made
	}
	paid := "none"
	for range 2 {
		for _, reference := range []string{"A1", "A3", "A4", "none"} {
			ask("GET", "/v0.1/checkouts?checkout_reference="+reference, nil)
			ask("GET", "/v0.1/checkouts/"+id(reference), nil)
			ask("PATCH", "/v0.1/checkouts/"+id(reference), map[string]any{"amount": 12.35})
		}
		w.Decline("A3")
		if paid == "none" {
			w.Challenge("A4")
			if id, err := w.Pay("A1"); err == nil {
				paid = id
			}
		}
		ask("GET", "/v0.1/checkouts", nil)
		ask("GET", transactions+"?id="+paid, nil)
		ask("POST", merchant+"/payments/"+paid+"/refunds", `{"amount": 1.5}`)
		ask("POST", merchant+"/payments/"+paid+"/refunds", `{"amount": 100}`)
		ask("POST", merchant+"/payments/"+paid+"/refunds", `{"amount": 0}`)
		ask("GET", transactions+"?id="+paid, nil)
		ask("DELETE", "/v0.1/checkouts/"+id("A1"), nil)
		ask("DELETE", "/v0.1/checkouts/"+id("A3"), nil)
	}
	ask("DELETE", "/v0.1/checkouts/none", nil)
	ask("POST", merchant+"/payments/"+paid+"/refunds", nil)
	ask("POST", merchant+"/payments/"+paid+"/refunds", nil)
	ask("POST", merchant+"/payments/none/refunds", nil)
	ask("GET", transactions+"?foreign_transaction_id=A1", nil)
	foreign, _ := w.Foreign(500, "GBP")
	w.Chargeback(foreign)
	w.Advance(48 * time.Hour)
	ask("GET", transactions+"?id="+foreign, nil)
	ask("GET", transactions, nil)
	ask("GET", transactions+"/history?limit=1&changes_since=2026-05-01T00:00:00Z", nil)
	ask("GET", transactions+"/history?limit=50&order=descending", nil)
	ask("GET", transactions+"/history?limit=none", nil)
	ask("GET", merchant+"/payouts?start_date=2026-05-01&end_date=2026-05-31", nil)
	ask("GET", merchant+"/payouts?start_date=2026-05-01&end_date=2026-04-30", nil)
	ask("GET", merchant+"/payouts", nil)
}

// TestAnswersFitOpenAPI: every answer, also of a plan's faults, is one that SumUp may give,
// but where the fault is a broken transport: of that nothing arrives, or HTML.
func TestAnswersFitOpenAPI(t *testing.T) {
	contracts := []*contract{readContract(t, "testdata/answers.json")}
	if *published != "" {
		contracts = append(contracts, readContract(t, *published))
	}
	plans := map[string]sumupsim.Plan{
		"well":        {},
		"lags":        {PendingReads: 1, MissingReads: 1, RefundReads: 1},
		"twice":       {PayTwice: true, RefundItems: true},
		"chargebacks": {ChargebackAfterMS: 1},
	}
	for _, kind := range []string{sumupsim.Amount, sumupsim.TransactionAmount, sumupsim.Currency, sumupsim.OtherMerchant,
		sumupsim.Reference, sumupsim.ID, sumupsim.Decimals, sumupsim.Close, sumupsim.Reset, sumupsim.Truncate, sumupsim.HTML} {
		plans[kind] = sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: kind, Share: 0.7}}}
	}
	plans[sumupsim.Slow] = sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Slow, Share: 0.7, DelayMS: 1}}}
	plans[sumupsim.Hang] = sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Hang, Share: 0.7, DelayMS: 1, After: true}}}
	for _, status := range []int{429, 500, 502, 503} {
		plans[fmt.Sprint(status)] = sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Status, Status: status, RetryAfter: 1, Share: 0.5, After: status > 500}}}
	}
	for name, plan := range plans {
		t.Run(name, func(t *testing.T) {
			w := open(t, sumupsim.Options{Plan: plan, Seed: 7})
			seen := map[string]bool{}
			lost := 0
			ask := func(authorization string) func(method, path string, body any) reply {
				return func(method, path string, body any) reply {
					r := w.askAs(authorization, method, path, body)
					if r.status == 0 || r.status == http.StatusOK && strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
						lost++
						return r
					}
					for _, c := range contracts {
						if err := c.check(method, path, r); err != nil {
							t.Errorf("%s %s: %d %s\n%v", method, path, r.status, r.text, err)
						}
					}
					seen[method+" "+fmt.Sprint(r.status)] = true
					return r
				}
			}
			tour(w, ask("Bearer "+key))
			tour(w, ask("Bearer wrong"))
			broken := name == "close" || name == "reset" || name == "truncate" || name == "html" || name == "hang"
			if broken != (lost > 0) {
				t.Errorf("%d answers were lost", lost)
			}
			if name != "well" {
				return
			}
			for _, want := range strings.Split("POST 201,POST 400,POST 401,POST 403,POST 404,POST 409,POST 422,GET 200,GET 400,GET 401,GET 404,PATCH 200,PATCH 404,DELETE 200,DELETE 404,DELETE 409", ",") {
				if !seen[want] {
					t.Errorf("the tour did not lead to %s", want)
				}
			}
		})
	}
}

// TestContractFails: the check can.
func TestContractFails(t *testing.T) {
	c := readContract(t, "testdata/answers.json")
	header := http.Header{"Content-Type": {"application/json"}}
	for _, r := range []reply{
		{200, header, []byte(`{"id":"x"}`)},
		{200, http.Header{"Content-Type": {"text/plain"}}, []byte(`{}`)},
		{418, header, []byte(`{}`)},
		{503, header, []byte(`{"type":"https://developer.sumup.com/problem/x"}`)},
	} {
		if c.check("GET", "/v0.1/checkouts/x", r) == nil {
			t.Errorf("%d %s passed", r.status, r.text)
		}
	}
	if c.check("GET", "/v9/x", reply{}) == nil {
		t.Error("an unknown path passed")
	}
}
