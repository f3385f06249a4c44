package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/table"
	"github.com/rollcall-data/rollcall/stages/match"
)

// row is a row of a published table, by column; empty cells are left out.
type row map[string]string

// story is all that a run says of one customer.
type story struct {
	CustomerID string `json:"customer_id"`
	Customer   row    `json:"customer"`
	Records    []row  `json:"records"`
	Links      []link `json:"links"`
	Changes    []row  `json:"changes"`
	Points     []row  `json:"contact_points"`
	Evidence   []row  `json:"evidence"`
	Repairs    []row  `json:"repairs"`
	Review     []link `json:"review"` // pairs with records of other customers that wait for a decision
}

type link struct {
	A           string        `json:"a"`
	B           string        `json:"b"`
	Probability float64       `json:"probability"`
	DecidedBy   string        `json:"decided_by"`
	Levels      []match.Level `json:"levels"`
}

func newExplain() *cobra.Command {
	var (
		dir    string
		file   string
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "explain --run DIR KEY [KEY]",
		Short: "every change, link and verdict of a customer or record, and why",
		Long: `Explain shows how a customer came to be what it is: its records, the links between them with the weight of each
comparison in bits, every value that was changed and by which rule, every contact point with its evidence, and how it
came to be contactable or not. KEY is a customer_id or SOURCE:RECORD_ID. It prints the customer's own data; --html writes them as a page.

Two records, each as SOURCE:RECORD_ID, show what speaks for and against the two being one, where they were joined or wait in review.`,
		Example: "  rollcall explain --run out c0123456789abcdef\n  rollcall explain --run out crm:4711 --json\n  rollcall explain --run out crm:4711 --html customer.html\n  rollcall explain --run out crm:4711 shop:12",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if dir == "" {
				return usageError{errors.New("explain needs --run DIR")}
			}
			run, err := pipeline.Resolve(dir)
			if err != nil {
				return err
			}
			if len(args) == 2 {
				x, err := tellTwo(filepath.Join(run, "tables"), args[0], args[1])
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(c.OutOrStdout(), x)
				}
				x.print(c.OutOrStdout())
				return nil
			}
			s, err := tell(filepath.Join(run, "tables"), args[0])
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return printJSON(c.OutOrStdout(), s)
			case file != "":
				if inside(run, file) {
					return usageError{errors.New("--html lies in the run, which is published and stays as it is")}
				}
				r, err := pipeline.ReadReport(run)
				if err != nil {
					return err
				}
				return s.page(file, r)
			}
			s.print(c.OutOrStdout())
			return nil
		},
	}
	c.Flags().StringVar(&dir, "run", "", "a run's folder, or an output folder")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&file, "html", "", "write a page to this file instead")
	c.PreRunE = func(_ *cobra.Command, args []string) error {
		if asJSON && file != "" {
			return usageError{errors.New("either --json or --html")}
		}
		if len(args) == 2 && file != "" {
			return usageError{errors.New("--html draws one customer, not a pair")}
		}
		return nil
	}
	return c
}

// tell gathers the rows about one customer from the tables.
func tell(tables, key string) (*story, error) {
	s := &story{CustomerID: key}
	if strings.Contains(key, ":") {
		var err error
		if s.CustomerID, err = customerOf(tables, key); err != nil {
			return nil, err
		}
	}
	rows := func(name string, into *[]row) error {
		return table.Scan(tables, name, nil, func(r table.Row) error {
			if r.Text("customer_id") == s.CustomerID {
				*into = append(*into, cellsOf(r))
			}
			return nil
		})
	}
	var customers []row
	err := errors.Join(rows("customers", &customers), rows("cleaned", &s.Records), rows("changes", &s.Changes), rows("contact_points", &s.Points), rows("evidence", &s.Evidence), rows("repairs", &s.Repairs))
	if err != nil {
		return nil, err
	}
	if len(customers) == 0 {
		hint := "a record is named by its source and id, as crm:4711"
		called, err := recordsCalled(tables, key)
		if err != nil {
			return nil, err
		}
		if len(called) > 0 {
			hint = "a record is named by its source and id: " + strings.Join(called, ", ")
		}
		return nil, fmt.Errorf("the run has no customer %s; %s", s.CustomerID, hint)
	}
	s.Customer = customers[0]
	own := make(map[string]bool)
	for _, r := range s.Records {
		own[r["source"]+":"+r["record_id"]] = true
	}
	if s.Links, err = linksOf(tables, "links", func(l link) bool { return own[l.A] && own[l.B] }); err != nil {
		return nil, err
	}
	s.Review, err = linksOf(tables, "review", func(l link) bool { return own[l.A] || own[l.B] })
	return s, err
}

func cellsOf(r table.Row) row {
	out := make(row)
	for i, v := range r.Texts() {
		if v != "" {
			out[r.Name(i)] = v
		}
	}
	return out
}

func (s *story) print(w io.Writer) {
	c := s.Customer
	fmt.Fprintf(w, "%s  %s\n", s.CustomerID, strings.TrimSpace(c["full_name"]+" "+c["company"]))
	if c["best_channel"] != "" {
		fmt.Fprintf(w, "contactable, best by %s\n", c["best_channel"])
	} else {
		fmt.Fprintf(w, "not contactable: %s\n", c["not_contactable_reasons"])
	}
	fmt.Fprintf(w, "name from %s, address from %s\n", or(c["name_from"], "nobody"), or(c["address_from"], "nobody"))
	fmt.Fprintf(w, "\nrecords\n")
	for _, r := range s.Records {
		fmt.Fprintf(w, "  %s:%s  %s\n", r["source"], r["record_id"], summaryOf(r, "full_name", "company", "birth_date", "email", "phone", "street", "postcode", "city", "country"))
	}
	if len(s.Links) > 0 {
		fmt.Fprintf(w, "\nlinks, in bits\n")
	}
	for _, l := range s.Links {
		l.print(w, "=")
	}
	if len(s.Review) > 0 {
		fmt.Fprintf(w, "\nwaiting in review (rollcall explain --run DIR A B draws a pair)\n")
	}
	for _, l := range s.Review {
		fmt.Fprintf(w, "  %s ? %s  p %.4f\n", l.A, l.B, l.Probability)
	}
	if len(s.Changes) > 0 {
		fmt.Fprintf(w, "\nchanges\n")
	}
	for _, x := range s.Changes {
		fmt.Fprintf(w, "  %s  %s: %q -> %q  %s, sure %s\n", or(x["source"]+":"+x["record_id"], "merge"), x["field"], x["before"], x["after"], x["rule"], x["confidence"])
	}
	fmt.Fprintf(w, "\ncontact points\n")
	for _, p := range s.Points {
		may := "may be used"
		if p["contactable"] != "true" {
			may = "may not be used"
		}
		fmt.Fprintf(w, "  %-6s %s  %s%s, permission %s%s: %s\n", p["channel"], or(p["display"], p["value"]), p["status"], brackets(p["reasons"]), p["permission"], brackets(p["permission_reasons"]), may)
	}
	if len(s.Evidence) > 0 {
		fmt.Fprintf(w, "\nevidence\n")
	}
	for _, e := range s.Evidence {
		fmt.Fprintf(w, "  %s %s %s  %s  %s\n", e["kind"], e["value"], e["code"], e["effect"], summaryOf(e, "at", "source", "record_id", "detail"))
	}
	if len(s.Repairs) > 0 {
		fmt.Fprintf(w, "\nto mend\n")
	}
	for _, r := range s.Repairs {
		fmt.Fprintf(w, "  %s %s  %s\n", r["problem"], r["value"], summaryOf(r, "ask_via", "suggestion"))
	}
}

func or(s, other string) string {
	if strings.Trim(s, ":") == "" {
		return other
	}
	return s
}

func brackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func summaryOf(r row, columns ...string) string {
	var parts []string
	for _, c := range columns {
		if r[c] != "" {
			parts = append(parts, r[c])
		}
	}
	return strings.Join(parts, " · ")
}

// bars draws a weight: a mark for every two bits.
func bars(bits float64) string {
	n := int(bits / 2)
	if n < 0 {
		return strings.Repeat("-", min(-n, 20))
	}
	return strings.Repeat("+", min(n, 20))
}
