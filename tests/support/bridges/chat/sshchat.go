package main

import (
	"bufio"
	"io"
	"regexp"
	"strings"

	"github.com/shazow/ssh-chat/sshd"
)

var (
	escape = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
	said   = regexp.MustCompile(`^([\w.-]+): (.*)$`)
)

func sshClient(arguments []string) (speaker, error) {
	server, nick := arguments[0], arguments[1]
	connected := make(chan io.Writer)
	failed := make(chan error, 1)
	go func() {
		failed <- sshd.ConnectShell(server, nick, func(reader io.Reader, writer io.WriteCloser) error {
			if _, err := writer.Write([]byte("/theme mono\r\n")); err != nil {
				return err
			}
			waiting := true
			lines := bufio.NewScanner(reader)
			for lines.Scan() {
				// Before each line stands the prompt, which is taken back.
				text := lines.Text()
				if prompt := strings.LastIndex(text, "\x1b[K"); prompt >= 0 {
					text = text[prompt+len("\x1b[K"):]
				}
				text = strings.TrimRight(escape.ReplaceAllString(text, ""), "\r")
				if waiting && strings.Contains(text, "Set theme") {
					waiting = false
					connected <- writer
					continue
				}
				if found := said.FindStringSubmatch(text); found != nil {
					if found[1] != nick {
						print(event{Event: "heard", From: found[1], Text: found[2]})
					}
				} else if text != "" {
					print(event{Event: "notice", Text: text})
				}
			}
			return io.EOF
		})
	}()
	select {
	case err := <-failed:
		return nil, err
	case writer := <-connected:
		go func() { fail(<-failed) }()
		return func(asked request) (string, error) {
			_, err := writer.Write([]byte(asked.Say + "\r\n"))
			return "", err
		}, nil
	}
}
