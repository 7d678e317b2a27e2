using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;

// Searches in a folder, says what happens, waits for an answer after every line, and may be killed at any time, and started again. With
// "test" it asks nobody, and looks at the test rows in the end.
if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: MLNet.DeepExt.Tests.SearchProbe <plain|networks|halving|mixed|test> <folder> <trials>");
    return 1;
}

var context = new MLContext(seed: 1);
(IDataView train, IDataView dev) = ProbeSearch.Rows(context);
Action<string>? tell = args[0] == "test" ? null : Tell;
ModelSearch search = args[0] switch
{
    "plain" or "test" => ProbeSearch.Plain(context, tell),
    "mixed" => ProbeSearch.Mixed(context, tell),
    _ => ProbeSearch.Networks(context, tell),
};
SearchResult result = search.Run(train, dev, new SearchOptions
{
    Folder = args[1],
    Trials = int.Parse(args[2], CultureInfo.InvariantCulture),
    Seed = 3,
    Scheduler = args[0] is "halving" or "mixed" ? ProbeSearch.Halving : new FullTraining(),
    Progress = tell is null ? null : new ProgressTeller(tell),
});
if (args[0] == "test")
{
    TestReport report = result.ReportOnTest(dev);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"looked {report.Figures["value"]} after {report.EarlierLooks.Count}"));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"winner {result.Best!.Number} of {result.Trials.Count}"));
return 0;

static void Tell(string line)
{
    lock (Console.Out)
    {
        Console.WriteLine(line);
        Console.ReadLine();
    }
}
