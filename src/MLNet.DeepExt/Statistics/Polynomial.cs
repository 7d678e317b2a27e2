using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Statistics;

/// <summary>c₀ + c₁·x + c₂·x² + …, computed here, and taken down as operators, of the same coefficients in the same order.</summary>
internal sealed class Polynomial(params double[] coefficients)
{
    public double At(double x)
    {
        double sum = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
            sum = sum * x + coefficients[i];
        return sum;
    }

    public string Emit(IOperatorGraph graph, string x)
    {
        string Coefficient(int i) => graph.Constant("coefficient", [coefficients[i]], 1);
        string sum = Coefficient(coefficients.Length - 1);
        for (int i = coefficients.Length - 2; i >= 0; i--)
            sum = graph.Operator("Add", [graph.Operator("Mul", [sum, x]), Coefficient(i)]);
        return sum;
    }
}
