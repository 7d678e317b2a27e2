using System.CommandLine;
using MLNet.DeepExt.Fuzzing;

// Loads damaged model files, many of them, and says whether any did what none may do.
Option<int> seed = new("--seed") { DefaultValueFactory = _ => 1, Description = "What cases are drawn from." };
Option<long> count = new("--count") { DefaultValueFactory = _ => 100_000, Description = "How many cases." };
Option<long> from = new("--from") { Description = "The first case." };
Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 60, Description = "How long it may take." };
Option<string> findings = new("--findings") { DefaultValueFactory = _ => "findings", Description = "Where files are put that did it." };
Argument<string> folder = new("folder") { Description = "Where the seeds of networks are written." };

Option<int> threads = new("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount, Description = "On how many threads." };
Option<long> memory = new("--memory") { DefaultValueFactory = _ => 1024, Description = "MiB that the process may take in all." };

(string Name, string Description, Func<int, Target> Create)[] targets =
[
    ("network", "Damaged network files, through the loader of the engine.", seed => new NetworkTarget(SeedFiles.Networks(), seed, isCrafted: false)),
    ("network-crafted", "Network files made to harm, with right checksums.", seed => new NetworkTarget(SeedFiles.Networks(), seed, isCrafted: true)),
    ("zip", "Damaged entries of this library in whole model files.", seed => new ZipTarget(SeedFiles.Zips(), seed, isCrafted: false)),
    ("zip-crafted", "Such entries made to harm, with right checksums.", seed => new ZipTarget(SeedFiles.Zips(), seed, isCrafted: true)),
    ("safetensors", "Files of PyTorch's tensors.", seed => new SafetensorsTarget(seed)),
    ("checkpoint", "Checkpoints, damaged and made to harm.", seed => new CheckpointTarget(seed)),
];

var root = new RootCommand("Fuzzes model files.");
foreach ((string name, string description, Func<int, Target> create) in targets)
{
    var one = new Command(name, description) { seed, count, findings, threads, memory };
    one.SetAction(arguments => Run(create(arguments.GetValue(seed)), arguments, arguments.GetValue(count), TimeSpan.MaxValue));
    root.Add(one);
}

var all = new Command("all", "All of them, for a time.") { seed, seconds, findings, threads, memory };
all.SetAction(arguments =>
{
    var share = TimeSpan.FromSeconds(arguments.GetValue(seconds) / targets.Length);
    return targets.Max(target => Run(target.Create(arguments.GetValue(seed)), arguments, long.MaxValue, share));
});

var foreign = new Command("foreign", "Entries of ML.NET in whole model files: counted, without a bar.") { seed, count };
foreign.SetAction(arguments => ForeignEntries.Count(arguments.GetValue(seed), arguments.GetValue(count)));

var child = new Command("foreign-child", "What the command foreign starts.") { seed, from, count };
child.Hidden = true;
child.SetAction(arguments => ForeignEntries.Child(
    SeedFiles.Zips(), arguments.GetValue(seed), arguments.GetValue(from), arguments.GetValue(count)));

var write = new Command("seeds", "Writes the seeds of networks, which are kept in the repository.") { folder };
write.SetAction(arguments => NetworkSeeds.Write(arguments.GetValue(folder)!));

root.Add(all);
root.Add(foreign);
root.Add(child);
root.Add(write);
return root.Parse(args).Invoke();

int Run(Target target, ParseResult arguments, long files, TimeSpan time)
{
    string[] before = Loaded();
    bool good = new Fuzzer(target, arguments.GetValue(findings)!, arguments.GetValue(threads), arguments.GetValue(memory) << 20).Run(files, time);
    // Nothing in a file may bring code in; what the runtime loads of itself is none.
    string[] added = [.. Loaded().Except(before)];
    if (added.Length > 0)
        Console.WriteLine($"FINDING: {target.Name} loaded {string.Join(", ", added)}");
    return good && added.Length == 0 ? 0 : 1;
}

static string[] Loaded() => [.. AppDomain.CurrentDomain.GetAssemblies()
    .Where(assembly => Path.GetDirectoryName(assembly.Location) != Path.GetDirectoryName(typeof(object).Assembly.Location))
    .Select(assembly => assembly.GetName().Name!)];
