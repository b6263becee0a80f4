package postgresql

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

// switches are the options of a role that are on or off.
var switches = []struct{ name, on, off string }{
	{"superuser", "SUPERUSER", "NOSUPERUSER"},
	{"createDatabase", "CREATEDB", "NOCREATEDB"},
	{"createRole", "CREATEROLE", "NOCREATEROLE"},
	{"inherit", "INHERIT", "NOINHERIT"},
	{"login", "LOGIN", "NOLOGIN"},
	{"bypassRowLevelSecurity", "BYPASSRLS", "NOBYPASSRLS"},
	{"replication", "REPLICATION", "NOREPLICATION"},
}

func role(s *server) bridge.Resource {
	timeout := bridge.Field{
		Kind: bridge.Int, Input: true,
		Rules: []bridge.Rule{bridge.AtLeast(0, "be at least 0")},
	}
	flag := func(standard bool) bridge.Field {
		return bridge.Field{Kind: bridge.Bool, Input: true, Default: standard}
	}
	writeOnly := bridge.Field{Kind: bridge.String, Secret: true, Refused: "write-only inputs; give the secret in password"}
	roles := &roles{s}
	fields := map[string]bridge.Field{
		"name":                            {Kind: bridge.String, Input: true},
		"password":                        {Kind: bridge.String, Input: true, Secret: true},
		"passwordWo":                      writeOnly,
		"passwordWoVersion":               {Kind: bridge.String, Refused: writeOnly.Refused},
		"encrypted":                       {Kind: bridge.String, Refused: "deprecated, and without effect in the official plugin; use encryptedPassword"},
		"encryptedPassword":               flag(true),
		"validUntil":                      {Kind: bridge.String, Input: true, Default: "infinity"},
		"connectionLimit":                 connectionLimit(),
		"roles":                           {Kind: bridge.StringSet, Input: true},
		"searchPaths":                     {Kind: bridge.StringList, Input: true},
		"assumeRole":                      {Kind: bridge.String, Input: true},
		"statementTimeout":                timeout,
		"idleInTransactionSessionTimeout": timeout,
		"skipDropRole":                    flag(false),
		"skipReassignOwned":               flag(false),
	}
	for _, option := range switches {
		fields[option.name] = flag(option.name == "inherit")
	}
	return bridge.Resource{
		Token:    "postgresql:index/role:Role",
		AutoName: "name",
		Fields:   fields,
		Create:   roles.create,
		Read:     roles.read,
		Update:   roles.update,
		Delete:   roles.delete,
		Import: func(ctx context.Context, id string) (string, bridge.Values, error) {
			outputs, err := roles.read(ctx, id, bridge.Values{})
			return id, outputs, err
		},
	}
}

func connectionLimit() bridge.Field {
	return bridge.Field{
		Kind: bridge.Int, Input: true, Default: -1,
		Rules: []bridge.Rule{bridge.AtLeast(-1, "be at least -1")},
	}
}

type roles struct{ *server }

func (r *roles) create(ctx context.Context, planned bridge.Values) (string, bridge.Values, error) {
	name := planned.Text("name")
	err := r.transaction(ctx, "", func(t *transaction) error {
		statement := "CREATE ROLE " + pq.QuoteIdentifier(name) + " WITH " + strings.Join(creationOptions(planned), " ")
		if err := t.exec("error creating role "+name, statement); err != nil {
			return err
		}
		if err := t.grantAll(planned); err != nil {
			return err
		}
		return t.setParameters(bridge.Values{}, planned)
	})
	if err != nil {
		return "", nil, err
	}
	outputs, err := r.read(ctx, name, planned)
	return name, outputs, err
}

func creationOptions(planned bridge.Values) []string {
	var options []string
	switch password := planned.Text("password"); {
	case strings.EqualFold(password, "NULL"):
		options = append(options, "PASSWORD NULL")
	case password != "" && planned.Truth("encryptedPassword"):
		options = append(options, "ENCRYPTED PASSWORD "+pq.QuoteLiteral(password))
	case password != "":
		options = append(options, "UNENCRYPTED PASSWORD "+pq.QuoteLiteral(password))
	}
	if until := planned.Text("validUntil"); until != "" {
		options = append(options, "VALID UNTIL "+pq.QuoteLiteral(until))
	}
	options = append(options, fmt.Sprintf("CONNECTION LIMIT %d", planned.Whole("connectionLimit")))
	for _, option := range switches {
		if planned.Truth(option.name) {
			options = append(options, option.on)
		} else {
			options = append(options, option.off)
		}
	}
	return options
}

func (r *roles) delete(ctx context.Context, _ string, state bridge.Values) error {
	name := state.Text("name")
	quoted := pq.QuoteIdentifier(name)
	return r.transaction(ctx, "", func(t *transaction) error {
		if err := t.lockRole(name); err != nil {
			return err
		}
		if !state.Truth("skipReassignOwned") {
			err := t.asMemberOf([]string{name}, func() error {
				if err := t.exec("could not reassign owned by role "+name,
					"REASSIGN OWNED BY "+quoted+" TO "+pq.QuoteIdentifier(r.user())); err != nil {
					return err
				}
				return t.exec("could not drop owned by role "+name, "DROP OWNED BY "+quoted)
			})
			if err != nil {
				return err
			}
		}
		if state.Truth("skipDropRole") {
			return nil
		}
		return t.exec("could not delete role "+name, "DROP ROLE "+quoted)
	})
}
