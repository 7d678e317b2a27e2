using System.CommandLine;
using System.Globalization;
using MLNet.DeepExt.Benchmarks.Compare;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>
/// The command that measures how time and memory grow with the size of the work. Each size runs in a process of its own, because a process
/// does not return all memory that it had.
/// </summary>
internal static class GrowthCommand
{
    private const string Command = "growth";
    private const int MinutesOfASize = 20;

    private static readonly string[] Names = [.. GrowthCase.All.Select(growth => growth.Name)];
    private static readonly int[] Factors = [1, 10, 100];

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these: {string.Join(", ", Names)}",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int?> Size = new("--size") { Description = "Measures the one case of --only at this size.", Hidden = true };

    public static Command Create()
    {
        Only.AcceptOnlyFromAmong(Names);
        var command = new Command(Command, "Processor time and memory of work of 1, 10 and 100 times a size.") { Only, Size };
        command.SetAction(arguments => Run(arguments.GetValue(Only) ?? [], arguments.GetValue(Size)));
        return command;
    }

    private static void Run(string[] only, int? size)
    {
        GrowthCase[] cases = [.. GrowthCase.All.Where(growth => only.Length == 0 || only.Contains(growth.Name))];
        if (size is { } measured)
        {
            Console.WriteLine(GrowthFigures.Measure(cases[0], measured));
            return;
        }

        Console.WriteLine("| case | size | processor time | microseconds each | MiB more | MiB written |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (GrowthCase growth in cases)
        {
            foreach (int factor in Factors)
                Print(growth, growth.Size * factor);
        }
    }

    private static void Print(GrowthCase growth, int size)
    {
        GrowthFigures? figures = null;
        string[] arguments =
        [
            typeof(GrowthCommand).Assembly.Location, Command, Only.Name, growth.Name, Size.Name, size.ToString(CultureInfo.InvariantCulture),
        ];
        string? failure = ChildProcess.Run(arguments, MinutesOfASize, line => figures = GrowthFigures.Parse(line) ?? figures);
        if (failure is not null || figures is null)
        {
            Medians.WriteLine($"| {growth.Description} | {size:#,0} | {failure ?? "no figures"} | | | |");
            return;
        }

        string written = double.IsNaN(figures.MebibytesWritten) ? "" : FormattableString.Invariant($"{figures.MebibytesWritten:0.0}");
        double microseconds = 1e6 * figures.CpuSeconds / size;
        Medians.WriteLine(
            $"| {growth.Description} | {size:#,0} | {figures.CpuSeconds:0.00} s | {microseconds:0.0} | {figures.MebibytesMore:0} | {written} |");
    }
}
