module matrix-synapse/tests/bridges/chat

go 1.26.0

tool github.com/shazow/ssh-chat/cmd/ssh-chat

require (
	github.com/matterbridge/go-xmpp v0.0.0-20211030125215-791a06c5f1be
	github.com/rs/xid v1.4.0
	github.com/shazow/ssh-chat v1.10.1
	layeh.com/gumble v0.0.0-20221205141517-d1df60a3cc14
)

require (
	github.com/alexcesaro/log v0.0.0-20150915221235-61e686294e58 // indirect
	github.com/golang/protobuf v1.3.1 // indirect
	github.com/howeyc/gopass v0.0.0-20190910152052-7cb4b85ec19c // indirect
	github.com/jessevdk/go-flags v1.4.0 // indirect
	github.com/shazow/rateio v0.0.0-20200113175441-4461efc8bdc4 // indirect
	golang.org/x/crypto v0.0.0-20201016220609-9e8e0b390897 // indirect
	golang.org/x/sys v0.0.0-20201110211018-35f3e6cf4a65 // indirect
	golang.org/x/text v0.3.4 // indirect
)
