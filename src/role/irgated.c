/* irgated: the gateway daemon. Reads its command line and goes one of five ways: a role, the check, the print-out, one pass, or the service.
 * Relies on role/parent.c for the parent and role/role.c for every role. */
#include "config.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/opt.h"
#include "ctl/ctl.h"
#include "role/role.h"

enum { OPT_ONCE = 256, OPT_NOW, OPT_CHECK, OPT_PRINT_CONFIG, OPT_ROLE, OPT_VERSION };
enum { PRINT_MAX = 16 << 20 };

struct command {
	const char *conf_file, *role;
	bool once, check, print_config, verbose;
	ig_time now;
};

static const char usage_text[] =
	"Usage: irgated [-c FILE] [--once] [--now TIME] [--check] [--print-config]\n"
	"The mail and fax gateway of an incident-response focal point.\n"
	"\n"
	"  -c, --config FILE   configuration (default /etc/irgate/irgate.conf)\n"
	"      --once          take in and send all that waits, then exit: 0, or 69 when a service was out of reach\n"
	"      --now TIME      let the civil clock stand at TIME (RFC 3339)\n"
	"      --check         say every error of configuration and templates; exit 0 or 78\n"
	"      --print-config  print the configuration as understood, defaults included\n"
	"  -v, --verbose       log more\n"
	"  -h, --help          this text\n"
	"      --version       name and version\n"
	"\n"
	"Exit codes: 0 done, 64 bad usage, 69 a service is down, 70 a fault of irgated, 75 try again later, 78 wrong configuration.\n";

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"once", no_argument, NULL, OPT_ONCE},
	{"now", required_argument, NULL, OPT_NOW},
	{"check", no_argument, NULL, OPT_CHECK},
	{"print-config", no_argument, NULL, OPT_PRINT_CONFIG},
	{"role", required_argument, NULL, OPT_ROLE}, /* by the parent only */
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPT_VERSION},
	{NULL, 0, NULL, 0}};

static void __attribute__((noreturn)) bad_usage(const char *what, const char *word)
{
	fprintf(stderr, "irgated: %s%s%s\nTry irgated --help.\n", what, word ? ": " : "", word ? word : "");
	exit(IG_EX_USAGE);
}

static void __attribute__((noreturn)) print_and_exit(const char *text)
{
	exit(fputs(text, stdout) < 0 || fflush(stdout) != 0 ? IG_EX_TEMPFAIL : IG_EX_OK);
}

static void read_command(int argc, char **argv, struct command *cmd)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "c:vh", options, NULL)) != -1) {
		switch (opt) {
		case 'c': cmd->conf_file = optarg; break;
		case 'v': cmd->verbose = true; break;
		case OPT_ONCE: cmd->once = true; break;
		case OPT_CHECK: cmd->check = true; break;
		case OPT_PRINT_CONFIG: cmd->print_config = true; break;
		case OPT_ROLE: cmd->role = optarg; break;
		case OPT_NOW:
			if (ig_time_parse(optarg, &cmd->now) < 0)
				bad_usage("--now wants a time like 2026-11-22T08:30:00+07:00, not", optarg);
			break;
		case 'h': print_and_exit(usage_text);
		case OPT_VERSION: print_and_exit("irgated " PACKAGE_VERSION "\n");
		default: bad_usage("an option was not understood", NULL);
		}
	}
	if (optind < argc)
		bad_usage("no argument is wanted", argv[optind]);
}

static void say_on_stderr(const char *line, void *arg IG_UNUSED)
{
	fprintf(stderr, "%s\n", line);
}

static int print_config(const char *file)
{
	struct ig_conf *c = ig_conf_load(file, say_on_stderr, NULL);
	struct ig_buf out = IG_BUF_INIT(PRINT_MAX);
	int code = IG_EX_OK;

	if (!c)
		return IG_EX_CONFIG;
	ig_conf_print(c, NULL, &out);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		code = IG_EX_TEMPFAIL;
	ig_buf_free(&out);
	ig_conf_free(c);
	return code;
}

int main(int argc, char **argv)
{
	struct command cmd = {.conf_file = IG_CONF_FILE, .now = IG_NEVER};

	const char *name = strrchr(argv[0], '/');
	if (!strcmp(name ? name + 1 : argv[0], "irgatectl")) /* the parent runs the operator's tool (parent_backup.c) */
		return ig_ctl_main(argc, argv);
	ig_log_init("irgated", IG_LOG_INFO);
	read_command(argc, argv, &cmd);
	if (cmd.role)
		return ig_role_main(cmd.role);
	if (cmd.check)
		return ig_parent_check(cmd.conf_file);
	if (cmd.print_config)
		return print_config(cmd.conf_file);
	return ig_parent_main(cmd.conf_file, cmd.once, cmd.verbose, cmd.now);
}
