namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Receives the computation of a network at prediction as a graph of standard operators, for export to a format of other programs.
/// Operators have the names and semantics of ONNX, operator set 12; values are tensors, rows are (rows, columns).
/// </summary>
/// <remarks>Sources: the operators of ONNX, https://onnx.ai/onnx/operators.</remarks>
public interface IOperatorGraph
{
    /// <summary>Adds a constant.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">The sizes of the tensor.</param>
    /// <returns>The name of the value in the graph.</returns>
    string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape);

    /// <summary>Adds a constant in double precision.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">The sizes of the tensor.</param>
    /// <returns>The name of the value in the graph.</returns>
    string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape);

    /// <summary>Adds a constant of integers, such as indices.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="values">The numbers, a tensor of one dimension.</param>
    /// <returns>The name of the value in the graph.</returns>
    string Constant(string name, params ReadOnlySpan<long> values);

    /// <summary>Adds an operator.</summary>
    /// <param name="type">Its name in ONNX, such as Gemm.</param>
    /// <param name="inputs">The names of the values that it reads.</param>
    /// <param name="attributes">Its attributes; omitted attributes have their defaults.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <returns>The name of the first output.</returns>
    string Operator(string type, IReadOnlyList<string> inputs, IReadOnlyList<OperatorAttribute>? attributes = null, int outputs = 1);
}
