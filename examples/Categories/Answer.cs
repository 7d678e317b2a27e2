namespace Categories;

/// <summary>What the model says of a sale.</summary>
internal sealed class Answer
{
    public float Probability { get; set; }
}
