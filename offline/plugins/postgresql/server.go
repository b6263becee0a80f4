package postgresql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

// server is the configured PostgreSQL server. Nothing connects before an operation needs it.
type server struct {
	config bridge.Values

	mu    sync.Mutex
	pools map[string]*sql.DB
}

func (s *server) configure(config bridge.Values) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config, s.pools = config, map[string]*sql.DB{}
	return nil
}

// open connects to a database of the server; an empty name means the configured one.
func (s *server) open(ctx context.Context, database string) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.config == nil {
		return nil, errors.New("the postgresql provider is not configured")
	}
	if database == "" {
		database = s.config.Text("database")
	}
	pool, ok := s.pools[database]
	if !ok {
		connector, err := pq.NewConnector(s.dsn(database))
		if err != nil {
			return nil, s.connectError(err)
		}
		pool = sql.OpenDB(connector)
		// An idle connection would stand in the way of dropping its database.
		pool.SetMaxIdleConns(0)
		pool.SetMaxOpenConns(s.config.Whole("maxConnections"))
		s.pools[database] = pool
	}
	if err := pool.PingContext(ctx); err != nil {
		return nil, s.connectError(err)
	}
	return pool, nil
}

func (s *server) dsn(database string) string {
	sslmode := s.config.Text("sslmode")
	if sslmode == "" {
		sslmode = s.config.Text("sslMode")
	}
	timeout := ""
	if seconds := s.config.Whole("connectTimeout"); seconds > 0 {
		timeout = strconv.Itoa(seconds)
	}
	var dsn []string
	for _, setting := range [][2]string{
		{"host", s.config.Text("host")},
		{"port", strconv.Itoa(s.config.Whole("port"))},
		{"user", s.config.Text("username")},
		{"password", s.config.Text("password")},
		{"dbname", database},
		{"sslmode", sslmode},
		{"sslrootcert", s.config.Text("sslrootcert")},
		{"connect_timeout", timeout},
		{"fallback_application_name", "Pulumi"},
	} {
		if setting[1] != "" {
			quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(setting[1])
			dsn = append(dsn, setting[0]+"='"+quoted+"'")
		}
	}
	return strings.Join(dsn, " ")
}

func (s *server) connectError(err error) error {
	text := err.Error()
	if password := s.config.Text("password"); password != "" {
		text = strings.ReplaceAll(text, password, "XXXX")
	}
	host := s.config.Text("host")
	if host == "" {
		host = "localhost"
	}
	address := net.JoinHostPort(host, strconv.Itoa(s.config.Whole("port")))
	return fmt.Errorf("error connecting to PostgreSQL server %s (scheme: postgres): %s", address, text)
}

// user is whom the server knows the connection as.
func (s *server) user() string {
	if name := s.config.Text("databaseUsername"); name != "" {
		return name
	}
	return s.config.Text("username")
}

// transaction runs work in a database and commits it if there is no error.
func (s *server) transaction(ctx context.Context, database string, work func(*transaction) error) error {
	pool, err := s.open(ctx, database)
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("could not start transaction: %w", err)
	}
	defer tx.Rollback()
	if err := work(&transaction{ctx, tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("could not commit transaction: %w", err)
	}
	return nil
}

// transaction keeps its context, so that the statements of one operation read as a list.
type transaction struct {
	ctx context.Context
	tx  *sql.Tx
}

func (t *transaction) exec(what, statement string, args ...any) error {
	if _, err := t.tx.ExecContext(t.ctx, statement, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// found runs a query for one row and says whether there was one.
func (t *transaction) found(what, query string, args []any, into ...any) (bool, error) {
	return scan(t.tx.QueryRowContext(t.ctx, query, args...), what, into...)
}

func scan(row *sql.Row, what string, into ...any) (bool, error) {
	err := row.Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	return true, nil
}
