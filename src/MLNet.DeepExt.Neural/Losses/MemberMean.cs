using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>Writes the mean over the members of every row as ONNX operators.</summary>
internal static class MemberMean
{
    // Smaller probabilities are below the precision of a float.
    private const float LeastProbability = 1e-37f;

    /// <summary>Writes the mean.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="lines">The name of the lines, (rows · members, width), in the graph.</param>
    /// <param name="members">Lines for each row.</param>
    /// <param name="width">Numbers in a line.</param>
    /// <returns>The name of the means, (rows, width).</returns>
    public static string Emit(IOperatorGraph graph, string lines, int members, int width)
    {
        var shares = new float[members];
        shares.AsSpan().Fill(1f / members);
        string byRow = graph.Operator("Reshape", [lines, graph.Constant("byRow", -1, members, width)]);
        string mean = graph.Operator("MatMul", [graph.Constant("shares", shares, 1, members), byRow]);
        return graph.Operator("Reshape", [mean, graph.Constant("rows", -1, width)]);
    }

    /// <summary>Writes the logarithm of the mean of probabilities.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="probabilities">The name of the lines, (rows · members, width), in the graph.</param>
    /// <param name="members">Lines for each row.</param>
    /// <param name="width">Numbers in a line.</param>
    /// <returns>The name of the logarithms, (rows, width).</returns>
    public static string EmitLog(IOperatorGraph graph, string probabilities, int members, int width) => graph.Operator(
        "Log", [graph.Operator("Max", [Emit(graph, probabilities, members, width), graph.Constant("least", [LeastProbability], 1)])]);
}
