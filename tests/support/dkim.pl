# Verifies a message from standard input with Mail::DKIM; the one DNS record that there is comes from the command line.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my ($name, $record) = @ARGV;
{
    no warnings 'redefine';
    *Mail::DKIM::DNS::query_async = sub {
        my ($host, $type, %given) = @_;
        my @found = lc $host eq $name
          ? Net::DNS::RR->new(name => $host, type => 'TXT', txtdata => [ unpack '(A200)*', $record ])
          : ();
        my $answer = $given{Callbacks}{Success}->(@found);
        return sub { return $answer };
    };
}
binmode STDIN;
my $verifier = Mail::DKIM::Verifier->new;
while (<STDIN>) { $verifier->PRINT($_); }
$verifier->CLOSE;
print $_->domain, " ", $_->selector, " ", $_->result_detail, "\n" for $verifier->signatures;
