using System.CommandLine;
using MLNet.DeepExt.Fuzzing;

// Loads damaged model files, many of them, and says whether any did what none may do.
Option<int> seed = new("--seed") { DefaultValueFactory = _ => 1, Description = "What cases are drawn from." };
Option<long> count = new("--count") { DefaultValueFactory = _ => 100_000, Description = "How many cases." };
Option<long> from = new("--from") { Description = "The first case." };
Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 60, Description = "How long it may take." };
Option<string> findings = new("--findings") { DefaultValueFactory = _ => "findings", Description = "Where files are put that did it." };
Argument<string> folder = new("folder") { Description = "Where the seeds of networks are written." };

var network = new Command("network", "Network files, through the loader of the engine.") { seed, count, findings };
network.SetAction(arguments => Run(Networks(arguments.GetValue(seed)), arguments.GetValue(count), TimeSpan.MaxValue, arguments.GetValue(findings)!));

var zip = new Command("zip", "Entries of this library in whole model files.") { seed, count, findings };
zip.SetAction(arguments => Run(Zips(arguments.GetValue(seed)), arguments.GetValue(count), TimeSpan.MaxValue, arguments.GetValue(findings)!));

var all = new Command("all", "Both, for a time.") { seed, seconds, findings };
all.SetAction(arguments =>
{
    var half = TimeSpan.FromSeconds(arguments.GetValue(seconds) / 2);
    int first = Run(Networks(arguments.GetValue(seed)), long.MaxValue, half, arguments.GetValue(findings)!);
    return first | Run(Zips(arguments.GetValue(seed)), long.MaxValue, half, arguments.GetValue(findings)!);
});

var foreign = new Command("foreign", "Entries of ML.NET in whole model files: counted, without a bar.") { seed, count };
foreign.SetAction(arguments => ForeignEntries.Count(arguments.GetValue(seed), arguments.GetValue(count)));

var child = new Command("foreign-child", "What the command foreign starts.") { seed, from, count };
child.Hidden = true;
child.SetAction(arguments => ForeignEntries.Child(
    SeedFiles.Zips(), arguments.GetValue(seed), arguments.GetValue(from), arguments.GetValue(count)));

var write = new Command("seeds", "Writes the seeds of networks, which are kept in the repository.") { folder };
write.SetAction(arguments => NetworkSeeds.Write(arguments.GetValue(folder)!));

var root = new RootCommand("Fuzzes model files.") { network, zip, all, foreign, child, write };
return root.Parse(args).Invoke();

static NetworkTarget Networks(int seed) => new(SeedFiles.Networks(), seed);

static ZipTarget Zips(int seed) => new(SeedFiles.Zips(), seed);

static int Run(Target target, long count, TimeSpan time, string findings)
{
    string[] before = Loaded();
    bool good = new Fuzzer(target, findings).Run(count, time);
    // Nothing in a file may bring code in; what the runtime loads of itself is none.
    string[] added = [.. Loaded().Except(before)];
    if (added.Length > 0)
        Console.WriteLine($"FINDING: {target.Name} loaded {string.Join(", ", added)}");
    return good && added.Length == 0 ? 0 : 1;
}

static string[] Loaded() => [.. AppDomain.CurrentDomain.GetAssemblies()
    .Where(assembly => Path.GetDirectoryName(assembly.Location) != Path.GetDirectoryName(typeof(object).Assembly.Location))
    .Select(assembly => assembly.GetName().Name!)];
