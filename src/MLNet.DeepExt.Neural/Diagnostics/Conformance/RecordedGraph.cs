using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>A graph that stores only the names of its values.</summary>
internal sealed class RecordedGraph : IOperatorGraph
{
    private readonly HashSet<string> _names = ["x"];

    /// <summary>Returns the fault of a graph; null if there is none.</summary>
    /// <param name="emit">Writes operators that read <c>x</c>, and returns the name of their output.</param>
    public static string? FaultOf(Func<IOperatorGraph, string> emit)
    {
        var graph = new RecordedGraph();
        string name = emit(graph);
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
