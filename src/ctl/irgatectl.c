/* The program irgatectl: see main.c. */
#include "config.h"
#include "ctl/ctl.h"

int main(int argc, char **argv) { return ig_ctl_main(argc, argv); }
