using System.CommandLine;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>
/// Takes measurements to be handed to the comparison, which runs this in a process of its own for every contender in turn.
/// </summary>
internal static class ContendCommand
{
    public const string Name = "contend";

    public static readonly Argument<string> ContenderName = new("contender");
    public static readonly Argument<string> Task = new("task");
    public static readonly Option<string> Workload = new("--workload") { DefaultValueFactory = _ => "a" };
    public static readonly Option<int> Threads = new("--threads") { DefaultValueFactory = _ => 1 };
    public static readonly Option<string?> Data = new("--data");

    public static Command Create(params Contender[] contenders)
    {
        var command = new Command(Name, "Takes measurements for the comparison.") { ContenderName, Task, Workload, Threads, Data };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            Contender contender = contenders.Single(candidate => candidate.Key == arguments.GetValue(ContenderName));
            return Run(contender, new Job(
                arguments.GetValue(Task)!, arguments.GetValue(Workload)!, arguments.GetValue(Threads), arguments.GetValue(Data)));
        });
        return command;
    }

    private static int Run(Contender contender, Job job)
    {
        try
        {
            string name = contender.Prepare();
            contender.Measure(job, new Reporter(name));
            return 0;
        }
        catch (Exception exception)
        {
            new Report { Contender = contender.Key, Failure = ReasonOf(exception.GetBaseException(), job.DataFolder) }.Write();
            return 1;
        }
    }

    // Without the folders of this machine, as reasons go into pages that others read.
    private static string ReasonOf(Exception exception, string? dataFolder)
    {
        string[] lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // .NET's advice comes first, and after it what the system's loader said.
        string reason = exception is DllNotFoundException && lines.Length > 1 ? "cannot be loaded: " + lines[1] : lines[0];
        reason = reason.Replace(AppContext.BaseDirectory, "", StringComparison.Ordinal);
        return dataFolder is null
            ? reason
            : reason.Replace(Path.TrimEndingDirectorySeparator(dataFolder) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
