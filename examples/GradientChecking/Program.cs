// Checks the gradient of a network of the engine, new and trained, and then that of a network written by hand, in whose backpropagation
// two bugs are planted: the check names the parameters whose gradient is wrong.
//
//   dotnet run -c Release --project examples/GradientChecking

using GradientChecking;
using MLNet.DeepExt.Neural.Diagnostics;

bool passed = true;

Show("A network of the engine, with L2 regularization, before training", EngineNetwork.CheckNew(), []);
Show("The same network, trained", EngineNetwork.CheckTrained(), []);
Show("A network written by hand", new HandWrittenNetwork(Bugs.None).Check(), []);
Show(
    "The same with two bugs: dW2 is doubled, and db1 is divided by m/4 instead of m",
    new HandWrittenNetwork(Bugs.All).Check(), ["b1", "W2"]);
return passed ? 0 : 1;

void Show(string title, GradientCheckReport report, string[] wrong)
{
    string[] found = [.. report.Suspects.Select(part => part.Name)];
    bool asExpected = found.SequenceEqual(wrong) && (report.Verdict == "great") == (wrong.Length == 0);
    passed &= asExpected;
    Console.WriteLine($"{title}:");
    Console.WriteLine(report);
    Console.WriteLine(found.Length == 0 ? "No gradient is wrong." : $"Wrong: the gradient of {string.Join(" and of ", found)}.");
    if (!asExpected)
        Console.Error.WriteLine($"Expected: {(wrong.Length == 0 ? "none" : string.Join(", ", wrong))}.");
    Console.WriteLine();
}
