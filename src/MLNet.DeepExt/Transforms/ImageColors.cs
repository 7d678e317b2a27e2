namespace MLNet.DeepExt.Transforms;

/// <summary>Which numbers stand for a pixel.</summary>
public enum ImageColors
{
    /// <summary>One: how bright it is, 0.299·red + 0.587·green + 0.114·blue (ITU-R BT.601).</summary>
    Gray,

    /// <summary>Three: red, green and blue.</summary>
    Rgb,
}
