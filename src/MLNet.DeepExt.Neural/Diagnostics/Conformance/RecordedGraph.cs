using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>A graph of which nothing is kept but the names that it gave out.</summary>
internal sealed class RecordedGraph : IOperatorGraph
{
    private readonly HashSet<string> _names = ["x"];

    /// <summary>What is wrong with a description; null if nothing is.</summary>
    /// <param name="describe">Takes something down, from <c>x</c> on, and gives the name of what it computes.</param>
    public static string? FaultOf(Func<IOperatorGraph, string> describe)
    {
        var graph = new RecordedGraph();
        string name = describe(graph);
        return graph._names.Contains(name) ? null : $"it gives '{name}' as its result, which no operator gave out";
    }

    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Next(name);

    public string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) => Next(name);

    public string Constant(string name, params ReadOnlySpan<long> values) => Next(name);

    public string Operator(string type, IReadOnlyList<string> inputs, IReadOnlyList<OperatorAttribute>? attributes = null, int outputs = 1)
    {
        foreach (string input in inputs)
        {
            if (!_names.Contains(input))
                throw new InvalidOperationException($"The operator {type} reads '{input}', which nothing before it gave out.");
        }

        return Next(type);
    }

    private string Next(string name)
    {
        string next = FormattableString.Invariant($"{name} {_names.Count}");
        _names.Add(next);
        return next;
    }
}
