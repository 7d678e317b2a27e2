namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// Takes down what a network computes at prediction as a graph of standard operators, to be written in a format that other programs
/// read. Operators have the names and the meaning of ONNX, operator set 12; values are tensors, of rows (rows, columns).
/// </summary>
/// <remarks>Sources: the operators of ONNX, https://onnx.ai/onnx/operators.</remarks>
public interface IOperatorGraph
{
    /// <summary>Adds numbers that do not change.</summary>
    /// <param name="name">What to call them, if the name is free.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">The sizes of the tensor.</param>
    /// <returns>The name that the value has in the graph.</returns>
    string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape);

    /// <summary>Adds numbers of double precision that do not change.</summary>
    /// <param name="name">What to call them, if the name is free.</param>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">The sizes of the tensor.</param>
    /// <returns>The name that the value has in the graph.</returns>
    string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape);

    /// <summary>Adds whole numbers that do not change, such as indices.</summary>
    /// <param name="name">What to call them, if the name is free.</param>
    /// <param name="values">The numbers, a tensor of one dimension.</param>
    /// <returns>The name that the value has in the graph.</returns>
    string Constant(string name, params ReadOnlySpan<long> values);

    /// <summary>Adds an operator.</summary>
    /// <param name="type">Its name in ONNX, such as Gemm.</param>
    /// <param name="inputs">The names of the values that it reads.</param>
    /// <param name="attributes">Its attributes; those left out have their defaults.</param>
    /// <param name="outputs">How many values it gives.</param>
    /// <returns>The name of the first value that it gives.</returns>
    string Operator(string type, IReadOnlyList<string> inputs, IReadOnlyList<OperatorAttribute>? attributes = null, int outputs = 1);
}
